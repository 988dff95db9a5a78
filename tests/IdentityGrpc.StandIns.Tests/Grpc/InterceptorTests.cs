using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;
using IdentityGrpc.StandIns.Tests.Probes;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityGrpc.StandIns.Tests.Grpc;

/// <summary>Interceptors see every shape of call, on both sides, in the order given.</summary>
public sealed class InterceptorTests
{
    private readonly ConcurrentQueue<string> _log = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Client_TwoInterceptors_TheFirstIsTheOutermost()
    {
        string? passed = null;
        await using var host = await ProbeHost.StartAsync(new ProbeHandlers
        {
            OnUnary = (request, context) =>
            {
                passed = string.Join(", ", context.RequestHeaders.GetAll("x-passed").Select(entry => entry.Value));
                return Task.FromResult(request);
            },
        });
        var invoker = host.Channel().Intercept(
            new RecordingInterceptor("outer", _log), new RecordingInterceptor("inner", _log));

        await new ProbeService.ProbeServiceClient(invoker).UnaryAsync(new Probe(), cancellationToken: Cancel);

        Assert.Equal(["outer Unary", "inner Unary"], _log);
        Assert.Equal("outer, inner", passed);
    }

    [Fact]
    public async Task Client_InterceptedTwice_TheLastIsTheOutermost()
    {
        await using var host = await ProbeHost.StartAsync(ProbeHandlers.Echo);
        var invoker = host.Channel()
            .Intercept(new RecordingInterceptor("inner", _log))
            .Intercept(new RecordingInterceptor("outer", _log));

        await new ProbeService.ProbeServiceClient(invoker).UnaryAsync(new Probe(), cancellationToken: Cancel);

        Assert.Equal(["outer Unary", "inner Unary"], _log);
    }

    [Fact]
    public async Task Client_EveryShape_IsIntercepted()
    {
        await using var host = await ProbeHost.StartAsync(ProbeHandlers.Echo);
        var client = new ProbeService.ProbeServiceClient(
            host.Channel().Intercept(new RecordingInterceptor("client", _log)));

        await Task.Run(() => client.Unary(new Probe(), cancellationToken: Cancel), Cancel);
        await CallEveryShapeAsync(client);

        Assert.Equal(
            [
                "client Unary",
                "client Unary",
                "client ClientStreaming",
                "client ServerStreaming",
                "client DuplexStreaming",
            ],
            _log);
    }

    [Fact]
    public async Task Server_EveryShape_IsIntercepted()
    {
        await using var host = await ProbeHost.StartAsync(ProbeHandlers.Echo, options =>
        {
            options.Interceptors.Add<RecordingInterceptor>("outer", _log);
            options.Interceptors.Add<RecordingInterceptor>("inner", _log);
        });

        await CallEveryShapeAsync(host.Client());

        Assert.Equal(
            [
                "outer Unary",
                "inner Unary",
                "outer ClientStreaming",
                "inner ClientStreaming",
                "outer ServerStreaming",
                "inner ServerStreaming",
                "outer DuplexStreaming",
                "inner DuplexStreaming",
            ],
            _log);
    }

    [Fact]
    public async Task Server_InterceptorThrowsAStatus_TheHandlerIsNotReached()
    {
        var calls = 0;
        await using var host = await ProbeHost.StartAsync(
            new ProbeHandlers
            {
                OnUnary = (request, _) =>
                {
                    Interlocked.Increment(ref calls);
                    return Task.FromResult(request);
                },
            },
            options => options.Interceptors.Add<RefusingInterceptor>());

        var error = await Assert.ThrowsAsync<RpcException>(() =>
            host.Client().UnaryAsync(new Probe(), cancellationToken: Cancel).ResponseAsync);

        Assert.Equal(StatusCode.PermissionDenied, error.StatusCode);
        Assert.Equal(0, calls);
    }

    [Fact]
    public async Task Server_UserState_IsSharedWithTheHandler()
    {
        object? seen = null;
        await using var host = await ProbeHost.StartAsync(
            new ProbeHandlers
            {
                OnUnary = (request, context) =>
                {
                    seen = context.UserState["key"];
                    return Task.FromResult(request);
                },
            },
            options => options.Interceptors.Add<StateInterceptor>());

        await host.Client().UnaryAsync(new Probe(), cancellationToken: Cancel);

        Assert.Equal("value", seen);
    }

    /// <summary>An interceptor may wrap the response of a call without waiting for it.</summary>
    [Fact]
    public async Task Client_WrappedResponse_IsWhatTheCallerGets()
    {
        await using var host = await ProbeHost.StartAsync(ProbeHandlers.Echo);
        var client = new ProbeService.ProbeServiceClient(host.Channel().Intercept(new WrappingInterceptor()));
        using var call = client.UnaryAsync(new Probe { Number = 20 }, cancellationToken: Cancel);

        Assert.Equal(21, (await call).Number);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.NotNull(await call.ResponseHeadersAsync);
        Assert.NotNull(call.GetTrailers());
    }

    private static async Task CallEveryShapeAsync(ProbeService.ProbeServiceClient client)
    {
        await client.UnaryAsync(new Probe(), cancellationToken: Cancel);
        using var upload = client.ClientStreaming(cancellationToken: Cancel);
        await upload.RequestStream.CompleteAsync();
        await upload;
        using var download = client.ServerStreaming(new Probe { Number = 3 }, cancellationToken: Cancel);
        Assert.Equal(3, await download.ResponseStream.ReadAllAsync(Cancel).CountAsync(Cancel));
        using var duplex = client.DuplexStreaming(cancellationToken: Cancel);
        await duplex.RequestStream.CompleteAsync();
        Assert.False(await duplex.ResponseStream.MoveNext(Cancel));
    }

    private sealed class RefusingInterceptor : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
            throw new RpcException(new Status(StatusCode.PermissionDenied, "not you"));
    }

    private sealed class StateInterceptor : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            context.UserState["key"] = "value";
            return continuation(request, context);
        }
    }

    private sealed class WrappingInterceptor : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            var call = continuation(request, context);
            return new(AddOneAsync(call.ResponseAsync), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
        }

        private static async Task<TResponse> AddOneAsync<TResponse>(Task<TResponse> response)
        {
            var probe = (Probe)(object)(await response)!;
            probe.Number++;
            return (TResponse)(object)probe;
        }
    }
}
