using Grpc.Core;
using IdentityGrpc.StandIns.Tests.Probes;

namespace IdentityGrpc.StandIns.Tests.Grpc;

/// <summary>Deadlines travel to the server and end the call on both sides.</summary>
public sealed class DeadlineTests
{
    private static readonly TimeSpan s_soon = TimeSpan.FromMilliseconds(200);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Deadline_Far_IsSeenByTheServer()
    {
        var seen = DateTime.MinValue;
        await using var host = await ProbeHost.StartAsync(new ProbeHandlers
        {
            OnUnary = (request, context) =>
            {
                seen = context.Deadline;
                return Task.FromResult(request);
            },
        });
        var deadline = In(TimeSpan.FromMinutes(1));

        await host.Client().UnaryAsync(new Probe(), deadline: deadline, cancellationToken: Cancel);

        Assert.Equal(DateTimeKind.Utc, seen.Kind);
        Assert.Equal(deadline, seen, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Deadline_Unset_IsNever()
    {
        DateTime? seen = null;
        await using var host = await ProbeHost.StartAsync(new ProbeHandlers
        {
            OnUnary = (request, context) =>
            {
                seen = context.Deadline;
                return Task.FromResult(request);
            },
        });

        await host.Client().UnaryAsync(new Probe(), cancellationToken: Cancel);

        Assert.Equal(DateTime.MaxValue, seen);
    }

    [Fact]
    public async Task Deadline_PassesDuringTheCall_EndsItOnBothSides()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await ProbeHost.StartAsync(new ProbeHandlers
        {
            OnUnary = async (request, context) =>
            {
                await using var registration = context.CancellationToken.Register(() => cancelled.TrySetResult());
                await cancelled.Task;
                return request;
            },
        });

        var error = await Assert.ThrowsAsync<RpcException>(() =>
            host.Client().UnaryAsync(new Probe(), deadline: In(s_soon), cancellationToken: Cancel).ResponseAsync);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancel);

        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
    }

    [Fact]
    public async Task Deadline_PassesDuringAStream_EndsTheReading()
    {
        await using var host = await ProbeHost.StartAsync(new ProbeHandlers
        {
            OnServerStreaming = async (_, responses, context) =>
            {
                await responses.WriteAsync(new Probe(), context.CancellationToken);
                var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                await using var registration = context.CancellationToken.Register(() => cancelled.TrySetResult());
                await cancelled.Task;
            },
        });
        using var call = host.Client().ServerStreaming(new Probe(), deadline: In(s_soon), cancellationToken: Cancel);

        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.ReadAllAsync(Cancel).CountAsync(Cancel).AsTask());

        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
    }

    [Fact]
    public async Task Deadline_PassedAlready_NeverReachesTheServer()
    {
        var calls = 0;
        await using var host = await ProbeHost.StartAsync(new ProbeHandlers
        {
            OnUnary = (request, _) =>
            {
                Interlocked.Increment(ref calls);
                return Task.FromResult(request);
            },
        });

        var error = await Assert.ThrowsAsync<RpcException>(() => host.Client()
            .UnaryAsync(new Probe(), deadline: In(TimeSpan.FromSeconds(-1)), cancellationToken: Cancel).ResponseAsync);

        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
        Assert.Equal(0, calls);
    }

    private static DateTime In(TimeSpan time) => (TimeProvider.System.GetUtcNow() + time).UtcDateTime;
}
