using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Core.Tests.Budgets;

public class LocalBudgetTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1), s_minute = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TakeAsync_WindowsEmpty_GrantsASecondsLimitOnTheSpot()
    {
        using var rig = new BudgetRig();
        for (int i = 0; i < 50; i++)
        {
            var permit = rig.TakeAsync();
            Assert.True(permit.IsCompleted);
            Assert.Null(await permit);
        }
        Assert.False(rig.TakeAsync().IsCompleted);
    }

    [Fact]
    public async Task TakeAsync_SecondSpent_WaitsUntilTheWindowAndItsGuardHavePassed()
    {
        using var rig = new BudgetRig(new() { Guard = TimeSpan.FromMilliseconds(25) });
        rig.TakeAll();
        var waiting = rig.TakeAsync();
        rig.Clock.Advance(TimeSpan.FromMilliseconds(1_024));
        Assert.False(waiting.IsCompleted);
        rig.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await waiting);
        Assert.Equal(0, rig.Clock.ArmedTimers);
    }

    [Theory]
    [InlineData(Priority.Interactive)]
    [InlineData(Priority.Bulk)]
    public void TakeAsync_Saturated_SpendsNearlyEverythingAndNeverMore(Priority priority)
    {
        using var rig = new BudgetRig();
        for (int ms = 0; ms < 180_000; ms++, rig.Clock.Advance(TimeSpan.FromMilliseconds(1))) rig.TakeAll(priority);
        Assert.InRange(Windows.Most(rig.All, s_second), 48, 50);
        Assert.InRange(Windows.Most(rig.All, s_minute), 990, 1_000);
        for (int s = 0; s < 3; s++) Assert.InRange(Windows.Within(rig.All, s * s_minute, s_minute), 980, 1_000);
        // Wherever the minute leaves room, the seconds are spent too: here the first ten.
        Assert.InRange(Windows.Within(rig.All, TimeSpan.Zero, 10 * s_second), 475, 500);
    }

    [Fact]
    public void TakeAsync_BulkSaturates_InteractiveWaitsForNoLongerThanABatchInterval()
    {
        using var rig = new BudgetRig();
        var random = new Random(7);
        var waits = new List<TimeSpan>();
        int next = 500;
        Task<Outcome<Permit>>? waiting = null;
        var since = TimeSpan.Zero;
        for (int ms = 0; ms < 300_000; ms++, rig.Clock.Advance(TimeSpan.FromMilliseconds(1)))
        {
            if (waiting is { IsCompleted: true, Result.Value: { } permit })
            {
                permit.Dispose();
                waits.Add(rig.Elapsed - since);
                waiting = null;
            }
            rig.TakeAll(Priority.Bulk);
            if (ms < next || waiting is not null) continue;
            next = ms + random.Next(100, 900);
            (waiting, since) = (rig.AskAsync(), rig.Elapsed);
        }
        // 1,000 calls a minute are one every 60 ms; the clock of this test ticks every 1 ms.
        waits.Sort();
        Assert.InRange(waits[waits.Count * 99 / 100].TotalMilliseconds, 0, 62);
        Assert.InRange(waits[^1].TotalMilliseconds, 0, 2 * 62);
    }

    [Fact]
    public void TakeAsync_BothSaturate_BulkGetsItsShare() => SingleThread.Run(async () =>
    {
        using var rig = new BudgetRig(new() { QueueLimit = 5_000 });
        var order = new List<Priority>();
        async Task TakeAsync(Priority priority)
        {
            Assert.Null(await rig.TakeAsync(priority));
            order.Add(priority);
        }
        var all = Enumerable.Range(0, 4_000).Select(i => TakeAsync(i % 2 == 0 ? Priority.Bulk : Priority.Interactive)).ToArray();
        await rig.Clock.AdvanceAsync(TimeSpan.FromMinutes(5));
        await Task.WhenAll(all);
        // Two thousand of each: while both wait, every fifth permit is bulk's.
        Assert.InRange(order.Take(2_000).Count(p => p == Priority.Bulk), 380, 460);
    });

    [Fact]
    public async Task TakeAsync_InteractiveTakesEveryPermitAtOnce_BulkStillGetsItsShare()
    {
        using var rig = new BudgetRig();
        var bulk = Enumerable.Range(0, 500).Select(_ => rig.AskAsync(Priority.Bulk)).ToList();
        int bulkBefore = bulk.Count(b => b.IsCompleted);
        for (int ms = 0; ms < 60_000; ms++, rig.Clock.Advance(TimeSpan.FromMilliseconds(1)))
        {
            foreach (var granted in bulk.Where(b => b.IsCompleted)) (await granted).Value!.Dispose();
            rig.TakeAll();
        }
        Assert.InRange(bulk.Count(b => b.IsCompleted) - bulkBefore, 190, 500);
        Assert.InRange(rig.Interactive.Count, 500, 810);
    }

    [Fact]
    public async Task TakeAsync_DeadlineCannotBeMet_IsRefusedAtOnceWithRetryAfter()
    {
        using var rig = new BudgetRig();
        rig.TakeAll();
        var failure = await rig.TakeAsync(within: TimeSpan.FromMilliseconds(500));
        Assert.NotNull(failure);
        Assert.Equal(FailureReason.BudgetExhausted, failure.Reason);
        Assert.True(failure.Retryable);
        Assert.Equal(TimeSpan.FromMilliseconds(1_005), failure.RetryAfter);
        Assert.False(rig.TakeAsync(within: TimeSpan.FromMilliseconds(1_100)).IsCompleted);
    }

    [Fact]
    public async Task TakeAsync_DeadlineLostToAPause_IsRefusedAsSoonAsThatIsKnown()
    {
        using var rig = new BudgetRig();
        rig.TakeAll();
        var waiting = rig.TakeAsync(within: TimeSpan.FromSeconds(3));
        rig.Budget.Pause(BudgetRig.Key, TimeSpan.FromSeconds(5));
        var failure = await waiting.WaitAsync(Cancelled);
        Assert.NotNull(failure);
        Assert.Equal(TimeSpan.FromSeconds(5), failure.RetryAfter);
    }

    [Fact]
    public async Task Pause_Throttled_GrantsNothingUntilTheResetAndThenGoesOn()
    {
        using var rig = new BudgetRig();
        rig.Budget.Pause(BudgetRig.Key, TimeSpan.FromSeconds(2));
        var waiting = rig.TakeAsync();
        rig.Clock.Advance(TimeSpan.FromMilliseconds(1_999));
        Assert.False(waiting.IsCompleted);
        rig.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await waiting);
    }

    [Fact]
    public async Task NextPermit_SpentPausedAndUnderWay_IsTheTimeUntilThen()
    {
        using var rig = new BudgetRig(new() { Default = new(2, 120), Guard = TimeSpan.Zero });
        Assert.Equal(TimeSpan.Zero, Next());
        var underWay = await rig.AskAsync();
        Assert.Equal(TimeSpan.Zero, Next());
        Assert.Null(await rig.TakeAsync());
        rig.Clock.Advance(TimeSpan.FromMilliseconds(300));
        Assert.Equal(TimeSpan.FromMilliseconds(700), Next());
        rig.Budget.Pause(BudgetRig.Key, TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromSeconds(2), Next());
        rig.Clock.Advance(TimeSpan.FromSeconds(2));
        var other = await rig.AskAsync();
        Assert.Equal(TimeSpan.MaxValue, Next()); // an answer tells
        underWay.Value!.Dispose();
        other.Value!.Dispose();
        Assert.Equal(TimeSpan.FromSeconds(1), Next());

        TimeSpan Next() => rig.Budget.NextPermit(BudgetRig.Key, Priority.Interactive);
    }

    [Fact]
    public void Pause_AnotherKey_IsNotHeldBack()
    {
        using var rig = new BudgetRig();
        rig.Budget.Pause(BudgetRig.Key with { Api = Apis.User }, TimeSpan.FromSeconds(2));
        Assert.True(rig.TakeAsync().IsCompletedSuccessfully);
    }

    [Fact]
    public void Pause_AbsurdReset_IsCutToTheLongestPause()
    {
        using var rig = new BudgetRig(new() { MaxPause = TimeSpan.FromSeconds(90) });
        rig.Budget.Pause(BudgetRig.Key, TimeSpan.FromDays(400));
        Assert.Equal(TimeSpan.FromSeconds(90), rig.Budget.LeastWait(BudgetRig.Key, Priority.Interactive, 0));
    }

    [Fact]
    public async Task StopForMonth_QuotaSpent_RefusesWhoWaitsAndWhoComesUntilTheFirstInBeijing()
    {
        using var rig = new BudgetRig(); // the clock begins on 15 January 2026, 08:00 UTC
        rig.TakeAll();
        var waiting = rig.TakeAsync();
        rig.Budget.StopForMonth(BudgetRig.Scope);
        var toFirst = new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.FromHours(8)) - rig.Clock.GetUtcNow();
        foreach (var refused in new[] { await waiting, await rig.TakeAsync() })
        {
            var failure = refused;
            Assert.NotNull(failure);
            Assert.Equal((FailureReason.BudgetExhausted, 99991403, toFirst), (failure.Reason, failure.Code, failure.RetryAfter));
            Assert.False(failure.Retryable);
        }
        Assert.True(rig.Grants(BudgetRig.Key with { Scope = BudgetRig.Scope with { App = new("cli_other") } }));
        rig.Clock.Advance(toFirst);
        Assert.Null(await rig.TakeAsync());
    }

    [Fact]
    public async Task TakeAsync_Cancelled_LeavesTheQueueAndSpendsNothing()
    {
        using var rig = new BudgetRig();
        rig.TakeAll();
        using var cancel = new CancellationTokenSource();
        var first = rig.TakeAsync(cancel: cancel);
        var second = rig.TakeAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        rig.Clock.Advance(TimeSpan.FromMilliseconds(1_010));
        Assert.Null(await second);
        Assert.Equal(49, rig.TakeAll());
        Assert.Equal(0, rig.Clock.ArmedTimers);
    }

    [Fact]
    public async Task TakeAsync_QueueFull_IsRefusedAtOnce()
    {
        using var rig = new BudgetRig(new() { QueueLimit = 3 });
        rig.TakeAll();
        var waiting = Enumerable.Range(0, 3).Select(_ => rig.TakeAsync()).ToArray();
        var failure = await rig.TakeAsync();
        Assert.NotNull(failure);
        Assert.Equal(FailureReason.BudgetExhausted, failure.Reason);
        Assert.NotNull(failure.RetryAfter);
        Assert.False(rig.TakeAsync(Priority.Bulk).IsCompleted); // the other priority has room
        rig.Clock.Advance(TimeSpan.FromSeconds(2));
        await Task.WhenAll(waiting).WaitAsync(Cancelled);
    }

    [Theory]
    [InlineData("cli_test", Apis.User, 7)]
    [InlineData("cli_test", Apis.Scopes, 5)]
    [InlineData("cli_other", Apis.User, 3)]
    [InlineData("cli_other", Apis.Scopes, 50)]
    public void TakeAsync_LimitsOverridden_TheMostSpecificHolds(string app, string api, int expected)
    {
        var options = new BudgetOptions
        {
            Limits =
            [
                new(null, Apis.User, new(3, 180)), new(new("cli_test"), null, new(5, 300)), new(new("cli_test"), Apis.User, new(7, 420)),
            ],
        };
        using var rig = new BudgetRig(options);
        var key = new BudgetKey(api, BudgetRig.Scope with { App = new(app) });
        int granted = 0;
        while (rig.Grants(key)) granted++;
        Assert.Equal(expected, granted);
    }

    [Fact]
    public void Constructor_OptionOutOfBounds_SaysWhichAndWhatIsAllowed()
    {
        var error = Assert.Throws<ArgumentException>(() => new BudgetRig(new() { BulkShare = 2, QueueLimit = 0 }));
        Assert.Contains("BulkShare must be 0.01 to 0.9.", error.Message, StringComparison.Ordinal);
        Assert.Contains("QueueLimit must be 1 to 100,000.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TakeAsync_ThousandsOfKeys_ForgetsIdleOnesAndNoneThatStillCounts()
    {
        using var rig = new BudgetRig();
        rig.TakeAll();
        for (int i = 0; i < 2_000; i++)
        {
            Assert.True(rig.Grants(new($"api {i}", BudgetRig.Scope)));
        }
        Assert.Equal(0, rig.TakeAll());
        rig.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.True(rig.Grants(new("one more", BudgetRig.Scope)));
        Assert.Equal(1, rig.Budget.Gates);
    }
}
