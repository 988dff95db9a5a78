using IdentityGrpc.Core.Batching;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Tests.Changes;
using IdentityGrpc.Testing;
using static IdentityGrpc.Core.Tests.Batching.LookupRig;

namespace IdentityGrpc.Core.Tests.Batching;

/// <summary>Who shares a slot, and how callers leave it (design §5).</summary>
public class SharingTests
{
    [Fact]
    public void GetUsers_SameKeyUnderWay_SharesItsAnswer() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig();
        rig.Directory.Holds = true;
        var both = new[] { rig.GetAsync(OpenId("ada")), rig.GetAsync(OpenId("ada")) };
        rig.Directory.ReleaseAll();
        foreach (var answer in await Task.WhenAll(both)) AssertRight(OpenId("ada"), answer);
        Assert.Single(rig.Directory.Calls);
    });

    [Fact]
    public void GetUsers_NotBeforeAfterTheCallLeft_AsksAgain() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig();
        rig.Directory.Holds = true;
        var early = rig.GetAsync(OpenId("ada"));
        rig.Clock.Advance(TimeSpan.FromMilliseconds(5));
        var notBefore = rig.Clock.GetUtcNow();
        var late = rig.GetAsync(OpenId("ada"), notBefore: notBefore);
        var alsoLate = rig.GetAsync(OpenId("ada"), notBefore: notBefore);
        rig.Clock.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Equal(2, rig.Directory.Held);
        var afterIt = rig.GetAsync(OpenId("ada"), notBefore: notBefore);
        rig.Directory.ReleaseAll();
        Assert.True((await early).AskedAt < notBefore);
        Assert.True((await late).AskedAt >= notBefore);
        Assert.True((await alsoLate).AskedAt >= notBefore);
        Assert.True((await afterIt).AskedAt >= notBefore);
        Assert.Equal(2, rig.Directory.Calls.Count);
    });

    [Fact]
    public void GetUsers_NotBeforeWhileTheSlotWaits_JoinsIt() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig();
        rig.Directory.Holds = true;
        var first = rig.GetAsync(OpenId("first"));
        var any = rig.GetAsync(OpenId("ada"));
        rig.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var fresh = rig.GetAsync(OpenId("ada"), notBefore: rig.Clock.GetUtcNow());
        rig.Clock.Advance(TimeSpan.FromMilliseconds(20));
        rig.Directory.ReleaseAll();
        await Task.WhenAll(first, any, fresh);
        Assert.Equal(2, rig.Directory.Calls.Count);
    });

    [Fact]
    public void GetUsers_OneOfTwoCallersCancelled_TheOtherKeepsItsAnswer() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig();
        rig.Directory.Holds = true;
        using var cancel = new CancellationTokenSource();
        var impatient = rig.GetAsync(OpenId("ada"), rig.Call(cancel: cancel));
        var patient = rig.GetAsync(OpenId("ada"));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        rig.Directory.ReleaseAll();
        AssertRight(OpenId("ada"), await patient);
        Assert.Single(rig.Directory.Calls);
    });

    [Fact]
    public void GetUsers_AllCallersOfACallUnderWayCancelled_TheCallGoesOnAndIsJoinedByTheNext() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig();
        rig.Directory.Holds = true;
        using var cancel = new CancellationTokenSource();
        var gone = rig.GetAsync(OpenId("ada"), rig.Call(cancel: cancel));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        Assert.False(rig.Directory.Calls[0].Context.Cancellation.IsCancellationRequested);
        var next = rig.GetAsync(OpenId("ada"));
        rig.Directory.ReleaseAll();
        AssertRight(OpenId("ada"), await next);
        Assert.Single(rig.Directory.Calls);
    });

    [Fact]
    public void GetUsers_CancelledBeforeItLeft_IsNotAskedAtAll() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig();
        rig.Directory.Holds = true;
        using var cancel = new CancellationTokenSource();
        var first = rig.GetAsync(OpenId("first"));
        var gone = rig.GetAsync(OpenId("gone"), rig.Call(cancel: cancel));
        var stays = rig.GetAsync(OpenId("stays"));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        rig.Directory.ReleaseAll();
        await Task.WhenAll(first, stays);
        Assert.Equal(["ou_first", "ou_stays"], rig.Directory.Calls.SelectMany(c => c.Keys));
        Assert.Equal(0, rig.Clock.ArmedTimers);
    });

    [Fact]
    public void GetUsers_EverybodyCancelledWhileTheBudgetHoldsBack_SpendsNoPermit() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig(budget: new() { Default = new(1, 60), Guard = TimeSpan.Zero });
        await rig.GetAsync(OpenId("first"));
        using var cancel = new CancellationTokenSource();
        var gone = rig.GetAsync(OpenId("gone"), rig.Call(cancel: cancel));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        await SingleThread.SettleAsync();
        Assert.Equal(0, rig.Clock.ArmedTimers);
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        AssertRight(OpenId("next"), await rig.GetAsync(OpenId("next")));
    });

    [Fact]
    public void GetUsers_DeadlineNear_KeysLeftAreLateBeforeItPasses() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig(new() { DeadlineMargin = TimeSpan.FromMilliseconds(20) });
        rig.Directory.Holds = true;
        var late = rig.Lookup.GetUsersAsync(OpenIds, [.. Enumerable.Range(0, 60).Select(i => OpenId($"n{i}"))], null, rig.Call(within: TimeSpan.FromMilliseconds(100)));
        rig.Directory.Release(); // fifty of them
        rig.Clock.Advance(TimeSpan.FromMilliseconds(79));
        await SingleThread.SettleAsync();
        Assert.False(late.IsCompleted);
        rig.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var answers = await late;
        Assert.Equal(50, answers.Count(a => a.Outcome.Succeeded));
        Assert.All(answers.Where(a => !a.Outcome.Succeeded), a => Assert.Same(Failure.Late, a.Outcome.Failure));
        rig.Directory.ReleaseAll();
    });

    [Fact]
    public void GetUsers_DeadlinePassedOrWithinTheMargin_IsLateWithoutACall() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig();
        Assert.Same(Failure.Late, (await rig.GetAsync(OpenId("ada"), rig.Call(within: TimeSpan.FromMilliseconds(20)))).Outcome.Failure);
        Assert.Empty(rig.Directory.Calls);
    });

    [Fact]
    public void GetUsers_BudgetCannotMeetTheDeadline_IsRefusedEarlyWithRetryAfter() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig(budget: new() { Default = new(1, 60), Guard = TimeSpan.Zero });
        await rig.GetAsync(OpenId("first"));
        var patient = rig.GetAsync(OpenId("patient"));
        var failure = (await rig.GetAsync(OpenId("hurried"), rig.Call(within: TimeSpan.FromMilliseconds(500)))).Outcome.Failure;
        Assert.Equal((FailureReason.BudgetExhausted, TimeSpan.FromSeconds(1)), (failure?.Reason, failure?.RetryAfter));
        var sharing = rig.GetAsync(OpenId("patient"), rig.Call(within: TimeSpan.FromMilliseconds(1_500)));
        await rig.Clock.AdvanceUntilAsync(() => sharing.IsCompleted);
        AssertRight(OpenId("patient"), await sharing);
        AssertRight(OpenId("patient"), await patient);
    });

    [Fact]
    public void GetUsers_PausedPastTheDeadline_IsTheBudgetsFaultNotThePlatforms() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig();
        rig.Budget.Pause(new(Core.Budgets.Apis.UsersBatch, Scope), TimeSpan.FromSeconds(3));
        var failure = (await rig.GetAsync(OpenId("ada"), rig.Call(within: TimeSpan.FromSeconds(1)))).Outcome.Failure; // at once
        Assert.Equal(FailureReason.BudgetExhausted, failure?.Reason);
        Assert.InRange(failure!.RetryAfter!.Value.TotalSeconds, 3, 3.1);
        await SingleThread.SettleAsync();
        Assert.Equal(0, rig.Clock.ArmedTimers);
    });

    [Fact]
    public void GetUsers_AskedAgainRightAfterTheAnswer_SharesItUntilItIsForgottenVoidOrTooOld() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig();
        var first = await rig.GetAsync(OpenId("ada"));
        Assert.Equal(first.AskedAt, (await rig.GetAsync(OpenId("ada"))).AskedAt);
        Assert.Single(rig.Directory.Calls);
        await rig.Lookup.GetUsersAsync(OpenIds, [OpenId("ada")], rig.Clock.GetUtcNow(), rig.Call()); // max_age 0, at the same instant
        Assert.Equal(2, rig.Directory.Calls.Count);
        rig.Clock.Advance(TimeSpan.FromMilliseconds(1));
        rig.Watermarks.End(OpenId("ada"));
        rig.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await rig.GetAsync(OpenId("ada"));
        Assert.Equal(3, rig.Directory.Calls.Count);
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        await rig.GetAsync(OpenId("ada"));
        Assert.Equal(4, rig.Directory.Calls.Count);
    });

    [Fact]
    public void GetUsers_PausedWhileItWaits_IsTheBudgetsFaultNotThePlatforms() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig(budget: new() { Default = new(1, 60), Guard = TimeSpan.Zero });
        await rig.GetAsync(OpenId("first"));
        var second = rig.GetAsync(OpenId("ada"), rig.Call(within: TimeSpan.FromSeconds(2)));
        rig.Budget.Pause(new(Core.Budgets.Apis.UsersBatch, Scope), TimeSpan.FromSeconds(3));
        rig.Clock.Advance(TimeSpan.FromSeconds(2));
        var failure = (await second).Outcome.Failure;
        Assert.Equal(FailureReason.BudgetExhausted, failure?.Reason);
        Assert.InRange(failure!.RetryAfter!.Value.TotalSeconds, 1, 1.1);
    });

    [Fact]
    public void GetUsers_MoreThanTheBudgetCarriesInTime_RefusesTheRestAtOnce() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig(budget: new() { Default = new(1, 1), Guard = TimeSpan.Zero });
        var many = rig.Lookup.GetUsersAsync(OpenIds, [.. Enumerable.Range(0, 80).Select(i => OpenId($"a{i}"))], null, rig.Call(within: TimeSpan.FromSeconds(30)));
        await SingleThread.SettleAsync();
        var answers = await many; // the clock has not moved
        Assert.Equal(30, answers.Count(a => a.Outcome.Failure is { Reason: FailureReason.BudgetExhausted, RetryAfter: not null }));
        Assert.Equal(50, answers.Count(a => a.Outcome.Failure?.Reason != FailureReason.BudgetExhausted));
    });

    [Fact]
    public void GetUsers_QueueFull_RefusesTheRestAtOnce() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig(new() { QueueLimit = 100, QueueLimitPerCaller = 80 }, new() { Default = new(1, 60), Guard = TimeSpan.Zero });
        await rig.GetAsync(OpenId("first"));
        var one = rig.Lookup.GetUsersAsync(OpenIds, [.. Enumerable.Range(0, 90).Select(i => OpenId($"a{i}"))], null, rig.Call(caller: "one"));
        var two = rig.Lookup.GetUsersAsync(OpenIds, [.. Enumerable.Range(0, 30).Select(i => OpenId($"b{i}"))], null, rig.Call(caller: "two"));
        var three = rig.Lookup.GetUsersAsync(OpenIds, [OpenId("c")], null, rig.Call(caller: "three"));
        Assert.Equal(FailureReason.BudgetExhausted, (await three)[0].Outcome.Failure?.Reason);
        Assert.NotNull((await three)[0].Outcome.Failure?.RetryAfter);
        var bulk = rig.Lookup.GetUsersAsync(OpenIds, [OpenId("d")], null, rig.Call(Priority.Bulk, caller: "three")); // has its own room
        await rig.Clock.AdvanceUntilAsync(() => one.IsCompleted && two.IsCompleted && bulk.IsCompleted);
        Assert.Equal(80, (await one).Count(a => a.Outcome.Succeeded));
        Assert.Equal(20, (await two).Count(a => a.Outcome.Succeeded));
        Assert.True((await bulk)[0].Outcome.Succeeded);
    });

    [Fact]
    public void GetUsers_EvictedDuringTheFlight_VoidsTheAnswerAndAsksOnceMore() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig();
        rig.Directory.Holds = true;
        var both = rig.Lookup.GetUsersAsync(OpenIds, [OpenId("ada"), OpenId("bea")], null, rig.Call());
        rig.Clock.Advance(TimeSpan.FromMilliseconds(1));
        rig.Watermarks.End(OpenId("ada"));
        var end = rig.Clock.GetUtcNow();
        rig.Clock.Advance(TimeSpan.FromMilliseconds(1));
        rig.Directory.Release();
        await SingleThread.SettleAsync();
        Assert.Equal(["ou_ada"], rig.Directory.Calls[1].Keys);
        Assert.False(both.IsCompleted);
        rig.Directory.Release();
        var answers = await both;
        AssertRight(OpenId("ada"), answers[0]);
        AssertRight(OpenId("bea"), answers[1]);
        Assert.True(answers[0].AskedAt > end && answers[1].AskedAt < end);
    });

    [Fact]
    public void FindByContact_WholeScopeEvictedEachTime_NeverServesAVoidAnswer() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig();
        rig.Directory.OnCall = _ => rig.Watermarks.End(Scope);
        var answer = await rig.FindAsync(Email("ada"));
        Assert.Equal(FailureReason.UpstreamUnavailable, answer.Outcome.Failure?.Reason);
        Assert.True(answer.Outcome.Failure?.Retryable);
        Assert.Equal(CurrentAnswers.MostAsks, rig.Directory.Calls.Count);
    });

    [Fact]
    public void GetUsers_MonthSpentWhileKeysWait_TellsAllOfThem() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig(budget: new() { Default = new(1, 60), Guard = TimeSpan.Zero });
        await rig.GetAsync(OpenId("first"));
        var waiting = rig.Lookup.GetUsersAsync(OpenIds, [.. Enumerable.Range(0, 120).Select(i => OpenId($"n{i}"))], null, rig.Call());
        rig.Budget.StopForMonth(Scope);
        Assert.All(await waiting, a => Assert.Equal(99991403, a.Outcome.Failure?.Code));
        await SingleThread.SettleAsync();
        Assert.Equal(0, rig.Clock.ArmedTimers);
    });

    [Fact]
    public void GetUsers_LaneIdle_IsDroppedAndMadeAnew() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig(new() { LaneLimit = 2 });
        for (int i = 0; i < 20; i++)
        {
            var scope = Scope with { Tenant = new($"t{i}") };
            var lane = new IdLane(scope, IdType.OpenId, Singly: false);
            var answers = await rig.Lookup.GetUsersAsync(lane, [PersonId.Of(scope, IdType.OpenId, "ou_x")], null, rig.Call());
            Assert.True(answers[0].Outcome.Succeeded);
        }
        Assert.InRange(rig.Lookup.Lanes, 1, 2);
        rig.Directory.Holds = true;
        var busy = new[] { rig.FindAsync(Email("ada")), Widen(rig.GetAsync(OpenId("ada"))) };
        Assert.Equal(FailureReason.BudgetExhausted, (await rig.GetAsync(UserId("u"))).Outcome.Failure?.Reason);
        rig.Directory.ReleaseAll();
        await Task.WhenAll(busy);
        AssertRight(UserId("u"), await rig.GetAsync(UserId("u")));

        static async Task<Answer<ContactRow>> Widen(Task<Answer<Person>> task)
        {
            Assert.True((await task).Outcome.Succeeded);
            return default;
        }
    });

    [Fact]
    public void GetUsers_IdOfAnotherScope_IsABug() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig();
        var stranger = PersonId.Of(Scope with { App = new("cli_other") }, IdType.OpenId, "ou_x");
        await Assert.ThrowsAsync<ArgumentException>(() => rig.Lookup.GetUsersAsync(OpenIds, [stranger], null, rig.Call()));
    });
}
