using IdentityGrpc.Core.Directory;
using IdentityGrpc.Testing;
using static IdentityGrpc.Core.Tests.Batching.LookupRig;

namespace IdentityGrpc.Core.Tests.Batching;

/// <summary>When long questions begin, and end: not while permits are to be had and keys enough wait to spend them (design §5).</summary>
public class IntakeTests
{
    private const int Long = 256, Enough = UnderWay * 50;

    [Fact]
    public void BeginAsync_KeysEnough_WaitsUntilFewerWaitThanCallsTake() => SingleThread.Run(async () =>
    {
        using var rig = Holding();
        var all = rig.FindAsync(Enough + 150);
        var begun = BeginAsync(rig);
        for (int waiting = 150; waiting >= Enough; waiting -= 50)
        {
            Assert.False(begun.IsCompleted);
            rig.Directory.Release();
            await SingleThread.SettleAsync();
        }
        Assert.NotNull(await begun);
        rig.Directory.ReleaseAll();
        await all;
    });

    [Fact]
    public void BeginAsync_OneHasBegun_TheNextWaitsUntilItsKeysHaveJoinedOrWillNot() => SingleThread.Run(async () =>
    {
        using var rig = Holding();
        var all = rig.FindAsync(Enough + 100);
        var first = BeginAsync(rig);
        var second = BeginAsync(rig);
        rig.Directory.Release();
        var begun = await first;
        await SingleThread.SettleAsync();
        Assert.False(second.IsCompleted);
        begun!.Dispose();
        Assert.NotNull(await second);
        rig.Directory.ReleaseAll();
        await all;
    });

    [Fact]
    public void BeginAsync_BudgetHoldsCallsBack_BeginsAtOnceUntilEnoughHaveBegunAndNotJoined() => SingleThread.Run(async () =>
    {
        using var rig = Holding(new() { Default = new(1, 60) });
        using var cancel = new CancellationTokenSource();
        var all = rig.FindAsync(10 * Enough, rig.Call(cancel: cancel));
        await SingleThread.SettleAsync();
        Assert.Single(rig.Directory.Calls);
        var begun = new List<IDisposable>();
        while (begun.Count * Long < Enough) begun.Add((await BeginAsync(rig))!);
        var next = BeginAsync(rig);
        await SingleThread.SettleAsync();
        Assert.False(next.IsCompleted);
        begun[0].Dispose();
        Assert.NotNull(await next);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => all);
        rig.Directory.ReleaseAll();
    });

    [Fact]
    public void BeginAsync_OnlyBulkKeysWait_InteractiveBeginsAtOnceAndBulkDoesNot() => SingleThread.Run(async () =>
    {
        using var rig = Holding();
        var all = rig.FindAsync(Enough + 100, rig.Call(Priority.Bulk));
        var bulk = BeginAsync(rig, rig.Call(Priority.Bulk));
        (await BeginAsync(rig))!.Dispose();
        Assert.False(bulk.IsCompleted);
        rig.Directory.ReleaseAll();
        Assert.NotNull(await bulk);
        await all;
    });

    [Theory]
    [InlineData(null, 500)]
    [InlineData(220, 200)] // 20 ms are left to the answer's way back
    public void BeginAsync_KeysEnoughForLong_BeginsAfterHalfASecondOrAtTheDeadline(int? within, int expected) => SingleThread.Run(async () =>
    {
        using var rig = Holding();
        var all = rig.FindAsync(10 * Enough);
        var begun = BeginAsync(rig, rig.Call(within: within is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null));
        rig.Clock.Advance(TimeSpan.FromMilliseconds(expected - 1));
        await SingleThread.SettleAsync();
        Assert.False(begun.IsCompleted);
        rig.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await begun);
        rig.Directory.ReleaseAll();
        await all;
    });

    [Fact]
    public void BeginAsync_CancelledWhileItWaits_LeavesTheWayToOthers() => SingleThread.Run(async () =>
    {
        using var rig = Holding();
        using var cancel = new CancellationTokenSource();
        var all = rig.FindAsync(Enough + 100);
        var gone = BeginAsync(rig, rig.Call(cancel: cancel));
        var next = BeginAsync(rig);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        Assert.False(next.IsCompleted);
        rig.Directory.Release();
        Assert.NotNull(await next);
        rig.Directory.ReleaseAll();
        await all;
    });

    [Fact]
    public void BeginAsync_FewKeysOrNoLane_NothingToWaitFor() => SingleThread.Run(async () =>
    {
        using var rig = Holding();
        Assert.Null(await BeginAsync(rig));
        var all = rig.FindAsync(10 * Enough);
        Assert.Null(await rig.Lookup.BeginAsync(Contacts, Long - 1, rig.Call()));
        rig.Directory.ReleaseAll();
        await all;
    });

    [Fact]
    public void LetCallsLeaveAsync_KeysEnough_WaitsUntilFewerAreLeft() => SingleThread.Run(async () =>
    {
        using var rig = Holding();
        var all = rig.FindAsync(Enough + 150);
        var ended = LetCallsLeaveAsync(rig);
        for (int waiting = 150; waiting >= Enough; waiting -= 50)
        {
            Assert.False(ended.IsCompleted);
            rig.Directory.Release();
            await SingleThread.SettleAsync();
        }
        await ended;
        rig.Directory.ReleaseAll();
        await all;
    });

    [Fact]
    public void LetCallsLeaveAsync_KeysAreAboutToJoin_CountsThemAsLeft() => SingleThread.Run(async () =>
    {
        using var rig = Holding();
        var all = rig.FindAsync(Enough + 150);
        var begun = BeginAsync(rig);
        var ended = LetCallsLeaveAsync(rig);
        while (!begun.IsCompleted)
        {
            rig.Directory.Release();
            await SingleThread.SettleAsync();
        }
        Assert.False(ended.IsCompleted); // there will be keys enough when these have joined
        (await begun)!.Dispose();
        await ended;
        rig.Directory.ReleaseAll();
        await all;
    });

    [Theory]
    [InlineData(11, true)]
    [InlineData(9, false)]
    public void LetCallsLeaveAsync_NextPermitIsAPauseAway_WaitsNoLonger(int milliseconds, bool ends) => SingleThread.Run(async () =>
    {
        using var rig = Holding(new() { Default = new(1, 60), Guard = TimeSpan.Zero });
        using var cancel = new CancellationTokenSource();
        rig.Directory.Holds = false;
        await rig.FindAsync(Email("first"));
        rig.Clock.Advance(TimeSpan.FromMilliseconds(1_000 - milliseconds));
        rig.Directory.Holds = true;
        var all = rig.FindAsync(10 * Enough, rig.Call(cancel: cancel));
        var ended = LetCallsLeaveAsync(rig);
        Assert.Equal(ends, ended.IsCompleted);
        rig.Clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
        await ended; // the permit is spent, and only the answer tells when there is another
        await SingleThread.SettleAsync();
        Assert.Equal(2, rig.Directory.Calls.Count);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => all);
        rig.Directory.ReleaseAll();
    });

    [Theory]
    [InlineData(null, 500)]
    [InlineData(220, 200)] // 20 ms are left to the answer's way back
    public void LetCallsLeaveAsync_KeysEnoughForLong_EndsAfterHalfASecondOrAtTheDeadline(int? within, int expected) => SingleThread.Run(async () =>
    {
        using var rig = Holding();
        var all = rig.FindAsync(10 * Enough);
        var ended = LetCallsLeaveAsync(rig, rig.Call(within: within is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null));
        rig.Clock.Advance(TimeSpan.FromMilliseconds(expected - 1));
        await SingleThread.SettleAsync();
        Assert.False(ended.IsCompleted);
        rig.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await ended;
        rig.Directory.ReleaseAll();
        await all;
    });

    [Fact]
    public void LetCallsLeaveAsync_OnlyBulkKeysAreLeft_InteractiveAnswersDoNotWait() => SingleThread.Run(async () =>
    {
        using var rig = Holding();
        var all = rig.FindAsync(10 * Enough, rig.Call(Priority.Bulk));
        var bulk = LetCallsLeaveAsync(rig, rig.Call(Priority.Bulk));
        Assert.True(LetCallsLeaveAsync(rig).IsCompleted);
        Assert.False(bulk.IsCompleted);
        rig.Directory.ReleaseAll();
        await bulk;
        await all;
    });

    [Fact]
    public void LetCallsLeaveAsync_Cancelled_Ends() => SingleThread.Run(async () =>
    {
        using var rig = Holding();
        using var cancel = new CancellationTokenSource();
        var all = rig.FindAsync(10 * Enough);
        var gone = LetCallsLeaveAsync(rig, rig.Call(cancel: cancel));
        Assert.False(gone.IsCompleted);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        rig.Directory.ReleaseAll();
        await all;
    });

    [Fact]
    public void LetCallsLeaveAsync_FewAnswersOrNoLane_NothingToWaitFor() => SingleThread.Run(async () =>
    {
        using var rig = Holding();
        Assert.True(LetCallsLeaveAsync(rig).IsCompleted);
        var all = rig.FindAsync(10 * Enough);
        Assert.True(rig.Lookup.LetCallsLeaveAsync(Contacts, Long - 1, rig.Call()).AsTask().IsCompleted);
        rig.Directory.ReleaseAll();
        await all;
    });

    [Fact]
    public async Task BeginAsync_ManyThreads_AllBeginAndNothingIsLeft()
    {
        using var rig = new LookupRig(new() { CallsInFlight = UnderWay }, time: TimeProvider.System);
        var call = new CallContext(Priority.Interactive, null, "caller", TestContext.Current.CancellationToken);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(t => Task.Run(async () =>
        {
            for (int round = 0; round < 50; round++)
            {
                using var begun = await rig.Lookup.BeginAsync(Contacts, Long, call);
                var asking = rig.Lookup.FindByContactAsync(Contacts, [.. Enumerable.Range(0, 60).Select(i => Email($"t{t}.{round}.{i}"))], null, call);
                begun?.Dispose();
                Assert.All(await asking, a => Assert.True(a.Outcome.Succeeded));
                await rig.Lookup.LetCallsLeaveAsync(Contacts, Long, call);
            }
        }, call.Cancellation)));
        await UntilAsync(() => rig.Told.Expected == 0);
        // With anything left as begun, this one would wait.
        var last = rig.Lookup.BeginAsync(Contacts, Long, call);
        Assert.True(last.IsCompleted);
        (await last)?.Dispose();
    }

    private static Task LetCallsLeaveAsync(LookupRig rig, CallContext? call = null) => rig.Lookup.LetCallsLeaveAsync(Contacts, Long, call ?? rig.Call()).AsTask();

    private static Task<IDisposable?> BeginAsync(LookupRig rig, CallContext? call = null) => rig.Lookup.BeginAsync(Contacts, Long, call ?? rig.Call()).AsTask();
}
