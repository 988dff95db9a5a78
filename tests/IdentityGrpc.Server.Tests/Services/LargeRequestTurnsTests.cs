using IdentityGrpc.Server.Services;

namespace IdentityGrpc.Server.Tests.Services;

public class LargeRequestTurnsTests
{
    private static readonly int s_turns = Math.Max(1, Environment.ProcessorCount - 1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_AllTurnsTaken_LargeRequestsWaitAndSmallOnesDoNot()
    {
        var large = new LargeRequests();
        using var isOver = new ManualResetEventSlim();
        using var begun = new CountdownEvent(s_turns);
        Task<int>[] busy = [.. Enumerable.Range(0, s_turns).Select(i => large.RunAsync(LargeRequests.Keys, () =>
        {
            begun.Signal();
            isOver.Wait(Stop);
            return Task.FromResult(i);
        }))];
        begun.Wait(Stop);
        bool hasBegun = false;
        var next = large.RunAsync(LargeRequests.Keys, () =>
        {
            hasBegun = true;
            return Task.FromResult(-1);
        });
        Assert.Equal(7, await large.RunAsync(LargeRequests.Keys - 1, () => Task.FromResult(7)));
        Assert.False(hasBegun);
        isOver.Set();
        Assert.Equal(Enumerable.Range(0, s_turns), await Task.WhenAll(busy));
        Assert.Equal(-1, await next);
    }

    [Fact]
    public async Task RunAsync_ManyLargeRequestsThatWaitInBetween_NeverMoreAtATimeThanTurns()
    {
        var large = new LargeRequests();
        int working = 0, most = 0;
        int[] done = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => large.RunAsync(10_000, async () =>
        {
            for (int round = 0; round < 20; round++)
            {
                int now = Interlocked.Increment(ref working);
                for (int seen = most; now > seen; seen = most) Interlocked.CompareExchange(ref most, now, seen);
                Thread.SpinWait(100);
                Interlocked.Decrement(ref working);
                await Task.Yield();
            }
            return i;
        })));
        Assert.Equal(Enumerable.Range(0, 200), done);
        Assert.InRange(most, 1, s_turns);
    }

    [Fact]
    public async Task RunAsync_Failure_IsTheCallers()
    {
        var large = new LargeRequests();
        await Assert.ThrowsAsync<TimeoutException>(() => large.RunAsync<int>(LargeRequests.Keys, () => throw new TimeoutException()));
        await Assert.ThrowsAsync<TimeoutException>(() => large.RunAsync<int>(LargeRequests.Keys, async () =>
        {
            await Task.Yield();
            throw new TimeoutException();
        }));
    }
}
