using Grpc.Core;
using Grpc.Net.Client;
using IdentityGrpc.StandIns.Tests.Probes;

namespace IdentityGrpc.StandIns.Tests.Grpc;

/// <summary>However a client gives up, the server's token says so.</summary>
public sealed class CancellationTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Token_OfAUnaryCall_IsSeenByTheServer()
    {
        await using var host = await ProbeHost.StartAsync(Endless());
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var call = host.Client().UnaryAsync(new Probe(), cancellationToken: giveUp.Token);
        await Started();

        await giveUp.CancelAsync();

        await AssertCancelledAsync(call.ResponseAsync);
    }

    [Fact]
    public async Task Token_OfARead_EndsTheStream()
    {
        await using var host = await ProbeHost.StartAsync(Endless());
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var call = host.Client().ServerStreaming(new Probe(), cancellationToken: Cancel);
        Assert.True(await call.ResponseStream.MoveNext(Cancel));
        var read = call.ResponseStream.MoveNext(giveUp.Token);

        await giveUp.CancelAsync();

        await AssertCancelledAsync(read);
    }

    [Fact]
    public async Task Dispose_OfAStreamBeingRead_IsSeenByTheServer()
    {
        await using var host = await ProbeHost.StartAsync(Endless());
        var call = host.Client().ServerStreaming(new Probe(), cancellationToken: Cancel);
        Assert.True(await call.ResponseStream.MoveNext(Cancel));
        var read = call.ResponseStream.MoveNext(Cancel);

        call.Dispose();

        await AssertCancelledAsync(read);
    }

    [Fact]
    public async Task Dispose_OfAnUpload_IsSeenByTheServer()
    {
        await using var host = await ProbeHost.StartAsync(Endless());
        var call = host.Client().ClientStreaming(cancellationToken: Cancel);
        await call.RequestStream.WriteAsync(new Probe(), Cancel);
        await Started();

        call.Dispose();

        await AssertCancelledAsync(call.ResponseAsync);
    }

    [Fact]
    public async Task Token_WithOperationCanceledWanted_ThrowsIt()
    {
        await using var host = await ProbeHost.StartAsync(Endless());
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var client = host.Client(options => options.ThrowOperationCanceledOnCancellation = true);
        using var call = client.UnaryAsync(new Probe(), cancellationToken: giveUp.Token);
        await Started();

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.ResponseAsync);
    }

    [Fact]
    public async Task Channel_Disposed_CancelsItsCalls()
    {
        await using var host = await ProbeHost.StartAsync(Endless());
        var channel = GrpcChannel.ForAddress(host.Address);
        using var call = new ProbeService.ProbeServiceClient(channel).UnaryAsync(new Probe(), cancellationToken: Cancel);
        await Started();

        channel.Dispose();

        await AssertCancelledAsync(call.ResponseAsync);
    }

    /// <summary>Handlers that say when they run and wait until their call is cancelled.</summary>
    private ProbeHandlers Endless() => new()
    {
        OnUnary = async (request, context) =>
        {
            await UntilCancelledAsync(context);
            return request;
        },
        OnClientStreaming = async (_, context) =>
        {
            await UntilCancelledAsync(context);
            return new Probe();
        },
        OnServerStreaming = async (request, responses, context) =>
        {
            await responses.WriteAsync(request, context.CancellationToken);
            await UntilCancelledAsync(context);
        },
    };

    private async Task UntilCancelledAsync(ServerCallContext context)
    {
        await using var registration = context.CancellationToken.Register(() => _cancelled.TrySetResult());
        _started.TrySetResult();
        await _cancelled.Task;
    }

    private Task Started() => _started.Task.WaitAsync(s_limit, Cancel);

    private async Task AssertCancelledAsync(Task call)
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => call);
        Assert.Equal(StatusCode.Cancelled, error.StatusCode);
        await _cancelled.Task.WaitAsync(s_limit, Cancel);
    }
}
