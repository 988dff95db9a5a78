using Grpc.Core;
using IdentityGrpc.StandIns.Tests.Probes;

namespace IdentityGrpc.StandIns.Tests.Grpc;

/// <summary>The four shapes of a call, over HTTP/2 in clear text.</summary>
public sealed class CallShapeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Unary_Message_ComesBack()
    {
        await using var host = await ProbeHost.StartAsync(ProbeHandlers.Echo);
        var sent = new Probe { Text = "Привет, 你好", Number = -7 };

        var received = await host.Client().UnaryAsync(sent, cancellationToken: Cancel);

        Assert.Equal(sent, received);
        Assert.NotSame(sent, received);
    }

    [Fact]
    public async Task BlockingUnary_Message_ComesBack()
    {
        await using var host = await ProbeHost.StartAsync(ProbeHandlers.Echo);
        var client = host.Client();

        var received = await Task.Run(() => client.Unary(new Probe { Text = "x" }, cancellationToken: Cancel), Cancel);

        Assert.Equal("x", received.Text);
    }

    [Fact]
    public async Task ClientStreaming_Messages_ArriveInOrder()
    {
        await using var host = await ProbeHost.StartAsync(ProbeHandlers.Echo);
        using var call = host.Client().ClientStreaming(cancellationToken: Cancel);
        for (var i = 0; i < 500; i++)
        {
            await call.RequestStream.WriteAsync(new Probe { Text = $"{i}" }, Cancel);
        }

        await call.RequestStream.CompleteAsync();
        var answer = await call;

        Assert.Equal(string.Join(',', Enumerable.Range(0, 500)), answer.Text);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task ServerStreaming_Messages_ArriveInOrder()
    {
        await using var host = await ProbeHost.StartAsync(ProbeHandlers.Echo);
        using var call = host.Client().ServerStreaming(new Probe { Number = 500 }, cancellationToken: Cancel);

        var numbers = await call.ResponseStream.ReadAllAsync(Cancel).Select(probe => probe.Number).ToListAsync(Cancel);

        Assert.Equal(Enumerable.Range(0, 500), numbers);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task ServerStreaming_NoMessages_EndsAtOnce()
    {
        await using var host = await ProbeHost.StartAsync(ProbeHandlers.Echo);
        using var call = host.Client().ServerStreaming(new Probe(), cancellationToken: Cancel);

        Assert.False(await call.ResponseStream.MoveNext(Cancel));
    }

    /// <summary>Each message is answered before the next is sent: neither side waits for the other to finish.</summary>
    [Fact]
    public async Task DuplexStreaming_PingPong_Interleaves()
    {
        await using var host = await ProbeHost.StartAsync(ProbeHandlers.Echo);
        using var call = host.Client().DuplexStreaming(cancellationToken: Cancel);
        for (var i = 0; i < 100; i++)
        {
            await call.RequestStream.WriteAsync(new Probe { Number = i }, Cancel);
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal(i, call.ResponseStream.Current.Number);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(Cancel));
    }

    [Fact]
    public async Task Unary_TenThousandAtOnce_EachGetsItsOwnAnswer()
    {
        await using var host = await ProbeHost.StartAsync(ProbeHandlers.Echo);
        var client = host.Client();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10_000).Select(i =>
            client.UnaryAsync(new Probe { Number = i }, cancellationToken: Cancel).ResponseAsync));

        Assert.Equal(Enumerable.Range(0, 10_000), answers.Select(answer => answer.Number));
    }

    [Fact]
    public async Task ServiceDefinition_BuiltByHand_IsServed()
    {
        var marshaller = Marshallers.StringMarshaller;
        var method = new Method<string, string>(MethodType.Unary, "standins.Upper", "Upper", marshaller, marshaller);
        var definition = ServerServiceDefinition.CreateBuilder()
            .AddMethod(method, (request, _) => Task.FromResult(request.ToUpperInvariant()))
            .Build();
        await using var host = await ProbeHost.StartAsync(
            ProbeHandlers.Echo, map: app => Microsoft.AspNetCore.Builder.GrpcEndpointRouteBuilderExtensions
                .MapGrpcService(app, definition));

        var answer = await host.Channel().CreateCallInvoker()
            .AsyncUnaryCall(method, null, new CallOptions(cancellationToken: Cancel), "probe");

        Assert.Equal("PROBE", answer);
    }

    [Fact]
    public void ServiceDefinition_SameMethodTwice_IsRefused()
    {
        var marshaller = Marshallers.StringMarshaller;
        var method = new Method<string, string>(MethodType.Unary, "s", "m", marshaller, marshaller);
        UnaryServerMethod<string, string> handler = (request, _) => Task.FromResult(request);
        var builder = ServerServiceDefinition.CreateBuilder().AddMethod(method, handler);

        Assert.ThrowsAny<Exception>(() => builder.AddMethod(method, handler));
    }
}
