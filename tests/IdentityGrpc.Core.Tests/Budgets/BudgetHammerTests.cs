using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Telemetry;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Core.Tests.Budgets;

public class BudgetHammerTests
{
    [Fact]
    public async Task TakeAsync_ManyThreadsWhileTheClockRuns_NeverGrantsMoreThanTheLimit()
    {
        using var rig = new BudgetRig(new() { Default = new(20, 200), QueueLimit = 10_000 });
        using var stop = new CancellationTokenSource();
        int granted = 0, cancelled = 0;

        async Task WorkAsync(int seed)
        {
            await Task.Yield();
            var random = new Random(seed);
            while (!stop.IsCancellationRequested)
            {
                using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
                var permit = rig.TakeAsync(random.Next(2) == 0 ? Priority.Bulk : Priority.Interactive, null, cancel);
                if (random.Next(4) == 0) cancel.Cancel();
                try
                {
                    if (await permit is null) Interlocked.Increment(ref granted);
                }
                catch (OperationCanceledException)
                {
                    Interlocked.Increment(ref cancelled);
                }
            }
        }

        var workers = Enumerable.Range(0, 32).Select(WorkAsync).ToArray();
        // Ten minutes pass, faster than they would.
        for (int i = 0; i < 6_000; i++)
        {
            rig.Clock.Advance(TimeSpan.FromMilliseconds(100));
            if (i % 10 == 0) await Task.Yield();
        }
        stop.Cancel();
        await Task.WhenAll(workers).WaitAsync(TestContext.Current.CancellationToken);
        Assert.InRange(granted, 1, 2_000); // how many of them depends on how fast the threads are
        Assert.True(cancelled > 0);
        Assert.Equal(0, rig.Clock.ArmedTimers);
    }

    // What another replica is told to be free must not be taken here in between.
    [Fact]
    public async Task LowerShare_WhileCallsTakePermits_LeavesNoLessThanCounts()
    {
        const int All = 1_000;
        for (int round = 0; round < 200; round++)
        {
            using var gate = new BudgetGate(BudgetRig.Key, new() { Default = new(All, 60 * All) }, new ManualTimeProvider(), new CoreMetrics());
            gate.SetShare(new(All, 60 * All), Timeout.InfiniteTimeSpan, default);
            var taking = Task.Run(() =>
            {
                for (int i = 0; i < All / 2; i++) Assert.True(gate.TryTake(new(Priority.Interactive, null, "", CancellationToken.None), out _));
            }, TestContext.Current.CancellationToken);
            int told = gate.LowerShare(round).Share.Second;
            await taking;
            Assert.InRange(gate.Use().Used.Second, 0, told);
        }
    }
}
