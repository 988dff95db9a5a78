using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Tests.Budgets;

/// <summary>How replicas share limits, and what they do without the store (design §5).</summary>
public class ReplicaBudgetTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1), s_minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task TakeAsync_AllReplicasBusy_SpendNearlyEverythingInEqualPartsAndNeverMore()
    {
        await using var rig = new ReplicaRig();
        var replicas = rig.StartSettled(3);
        var from = rig.Elapsed;
        foreach (var replica in replicas) replica.Demand = 60;
        rig.Run(3 * s_minute);
        Assert.InRange(Windows.Most(rig.Counted, s_second), 45, 50);
        Assert.InRange(Windows.Most(rig.Counted, s_minute), 980, 1_000);
        for (int m = 0; m < 3; m++) Assert.InRange(Windows.Within(rig.Counted, from + m * s_minute, s_minute), 960, 1_000);
        Assert.All(replicas, r => Assert.InRange(Windows.Within(r.Platform.Counted, from, 3 * s_minute), 900, 1_100));
        // One in the time of eight permits of the second, the beats, and some more while permits are due.
        Assert.InRange(replicas[0].Access.Calls, 0, 3_500);
    }

    [Fact]
    public async Task TakeAsync_OneBusyReplica_GetsWhatOthersDoNotWant()
    {
        await using var rig = new ReplicaRig();
        var replicas = rig.StartSettled(3);
        var from = rig.Elapsed;
        replicas[0].Demand = 60;
        rig.Run(2 * s_minute);
        Assert.InRange(Windows.Within(replicas[0].Platform.Counted, from, s_minute), 970, 1_000);
        Assert.InRange(Windows.Within(replicas[0].Platform.Counted, from + s_minute, s_minute), 980, 1_000);
        Assert.InRange(Windows.Within(replicas[0].Platform.Counted, from + 2 * s_second, 10 * s_second), 450, 500);
    }

    [Fact]
    public async Task TakeAsync_OneStopsWanting_TheOtherGetsEachPermitSoonAfterItStopsCounting()
    {
        await using var rig = new ReplicaRig(new() { Default = new(100, 6_000) });
        var replicas = rig.StartSettled(2);
        foreach (var replica in replicas) replica.Demand = 10;
        rig.Run(20 * s_second);
        replicas[1].Demand = 0;
        var from = rig.Elapsed;
        rig.Run(3 * s_second);
        // Its calls of the last second stop counting one after the other: what they free is soon the other's.
        Assert.InRange(Windows.Within(replicas[0].Platform.Counted, from, s_second / 4), 90, 100);
        Assert.InRange(Windows.Within(replicas[0].Platform.Counted, from + s_second, s_second), 98, 100);
        Assert.InRange(Windows.Most(rig.Counted, s_second), 0, 100);
    }

    [Theory]
    [InlineData(true, 35, 50)]
    [InlineData(false, 0, 10)]
    public async Task Expect_CallsComeLate_KeepsTheShareForThem(bool isTold, int least, int most)
    {
        await using var rig = new ReplicaRig(new() { Default = new(100, 6_000) });
        var replicas = rig.StartSettled(2);
        foreach (var replica in replicas) replica.Demand = 10;
        rig.Run(20 * s_second);
        if (isTold) replicas[1].Budget.Expect(ReplicaRig.Key, 1);
        replicas[1].Demand = 0;
        rig.Run(0.9 * s_second);
        replicas[1].Demand = 10;
        var from = rig.Elapsed;
        rig.Run(s_second);
        Assert.InRange(Windows.Within(replicas[1].Platform.Counted, from, 0.2 * s_second), least, most);
        Assert.InRange(Windows.Most(rig.Counted, s_second), 0, 100);
    }

    [Theory]
    [InlineData(80, 45)]
    [InlineData(20, 20)]
    [InlineData(0, 0)]
    public async Task Expect_FirstCallsComeLate_KeepsAsManyPermitsForThem(int expected, int kept)
    {
        await using var rig = new ReplicaRig(new() { Default = new(100, 6_000) });
        var replicas = rig.StartSettled(2);
        Assert.Equal(5, replicas[1].TakeNow(5));
        if (expected > 0) replicas[1].Budget.Expect(ReplicaRig.Key, expected);
        replicas[0].Demand = 10;
        rig.Run(0.8 * s_second);
        Assert.Equal(kept, replicas[1].TakeNow(50));
        Assert.InRange(Windows.Most(rig.Counted, s_second), 95, 100);
    }

    [Fact]
    public async Task Expect_CallsDoNotComeOrAreExpectedNoMore_LeavesWhatIsUnusedToOthers()
    {
        await using var rig = new ReplicaRig(new() { Default = new(100, 6_000) });
        var replicas = rig.StartSettled(2);
        foreach (var replica in replicas)
        {
            replica.Demand = 10;
            replica.Budget.Expect(ReplicaRig.Key, 50);
            replica.Budget.Expect(ReplicaRig.Key, 50);
        }
        rig.Run(20 * s_second);
        replicas[1].Demand = 0;
        var from = rig.Elapsed;
        rig.Run(10 * s_second);
        Assert.InRange(Windows.Within(replicas[0].Platform.Counted, from + 4 * s_second, s_second), 98, 100);

        replicas[1].Demand = 10;
        rig.Run(20 * s_second);
        replicas[1].Budget.Expect(ReplicaRig.Key, -100);
        replicas[1].Demand = 0;
        from = rig.Elapsed;
        rig.Run(3 * s_second);
        Assert.InRange(Windows.Within(replicas[0].Platform.Counted, from + s_second, s_second), 98, 100);
        Assert.InRange(Windows.Most(rig.Counted, s_second), 0, 100);
    }

    [Fact]
    public async Task TakeAsync_SecondReplicaWantsCallsToo_GetsItsPartWithinTheMinuteAndNothingIsExceeded()
    {
        await using var rig = new ReplicaRig(new() { Default = new(50, 3_000) });
        var replicas = rig.StartSettled(2);
        replicas[0].Demand = 60;
        rig.Run(70 * s_second);
        replicas[1].Demand = 60;
        var from = rig.Elapsed;
        rig.Run(5 * s_second);
        Assert.InRange(Windows.Within(replicas[1].Platform.Counted, from + 2 * s_second, s_second), 20, 25);
        Assert.InRange(Windows.Most(rig.Counted, s_second), 0, 50);
    }

    [Fact]
    public async Task TakeAsync_StoreLost_EachGoesOnWithoutAPauseAndTogetherTheySpendTheLimit()
    {
        await using var rig = new ReplicaRig();
        var replicas = rig.StartSettled(4);
        foreach (var replica in replicas)
        {
            replica.Access.IsCut = true;
            Assert.True(replica.TakeNow(1) == 1);
            replica.Demand = 15;
        }
        rig.Run(2 * s_minute);
        var from = rig.Elapsed;
        rig.Run(2 * s_minute);
        Assert.InRange(Windows.Within(rig.Counted, from, 2 * s_minute), 1_900, 2_000);
        Assert.All(replicas, r => Assert.InRange(Windows.Within(r.Platform.Counted, from, 2 * s_minute), 470, 500));
        Assert.Equal(["BudgetLost"], replicas[0].Log.Names);
    }

    [Fact]
    public async Task TakeAsync_StoreLostWhileOneBorrowed_ItShrinksAndOthersGrowAfterwards()
    {
        await using var rig = new ReplicaRig();
        var replicas = rig.StartSettled(2);
        replicas[0].Demand = 60;
        rig.Run(30 * s_second);
        foreach (var replica in replicas) replica.Access.IsCut = true;
        replicas[1].Demand = 60;
        rig.Run(3 * s_minute);
        var from = rig.Elapsed;
        rig.Run(s_minute);
        Assert.All(replicas, r => Assert.InRange(Windows.Within(r.Platform.Counted, from, s_minute), 480, 500));
        Assert.InRange(Windows.Most(rig.Counted, s_minute), 0, 1_000);
    }

    [Fact]
    public async Task TakeAsync_StoreForgetsWhileReplicasLive_NobodyNoticesInPermits()
    {
        await using var rig = new ReplicaRig();
        var replicas = rig.StartSettled(2);
        foreach (var replica in replicas) replica.Demand = 60;
        rig.Run(2 * s_minute);
        rig.Store.Forget();
        var from = rig.Elapsed;
        rig.Run(s_minute);
        Assert.InRange(Windows.Within(rig.Counted, from, s_minute), 960, 1_000);
        Assert.Contains("BudgetForgot", replicas[0].Log.Names);
    }

    [Fact]
    public async Task TakeAsync_NeverMetTheStore_SpendsItsConfiguredPartAtOnce()
    {
        await using var rig = new ReplicaRig(new() { Replicas = 5 });
        var replica = rig.Start(cut: true);
        rig.Run(s_second);
        Assert.Equal(10, replica.TakeNow(50));
    }

    [Fact]
    public async Task TakeAsync_ReplicaKilled_ItsPartComesBackToTheOthers()
    {
        await using var rig = new ReplicaRig();
        var replicas = rig.StartSettled(2);
        foreach (var replica in replicas) replica.Demand = 60;
        rig.Run(s_minute);
        await replicas[1].KillAsync();
        rig.Run(80 * s_second);
        var from = rig.Elapsed;
        rig.Run(s_minute);
        Assert.InRange(Windows.Within(rig.Counted, from, s_minute), 970, 1_000);
        Assert.InRange(Windows.Most(rig.Counted, s_minute), 0, 1_000);
    }

    [Fact]
    public async Task Pause_Throttled_HoldsEveryReplicaBackWithinABeat()
    {
        await using var rig = new ReplicaRig();
        var replicas = rig.StartSettled(2);
        replicas[0].Budget.Pause(ReplicaRig.Key, TimeSpan.FromSeconds(10));
        rig.Run(2 * s_second);
        Assert.Equal(0, replicas[0].TakeNow(1));
        Assert.Equal(0, replicas[1].TakeNow(1));
        rig.Run(9 * s_second);
        Assert.Equal(1, replicas[1].TakeNow(1));
    }

    [Fact]
    public async Task StopForMonth_QuotaSpent_RefusesOnEveryReplica()
    {
        await using var rig = new ReplicaRig();
        var replicas = rig.StartSettled(2);
        replicas[0].Budget.StopForMonth(ReplicaRig.Key.Scope);
        rig.Run(2 * s_second);
        foreach (var replica in replicas)
        {
            var refused = await replica.TakeAsync(cancellation: TestContext.Current.CancellationToken);
            Assert.Equal((FailureReason.BudgetExhausted, 99991403), (refused.Failure!.Reason, refused.Failure.Code));
        }
    }

    [Fact]
    public async Task DisposeAsync_ReplicaEnds_OthersGetItsPartSoon()
    {
        await using var rig = new ReplicaRig();
        var replicas = rig.StartSettled(2);
        replicas[0].Demand = 60;
        await replicas[1].EndAsync();
        rig.Run(5 * s_second);
        Assert.InRange(Windows.Within(replicas[0].Platform.Counted, rig.Elapsed - 2 * s_second, s_second), 47, 50);
    }
}
