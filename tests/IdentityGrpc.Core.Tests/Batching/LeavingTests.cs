using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Testing;
using static IdentityGrpc.Core.Tests.Batching.LookupRig;

namespace IdentityGrpc.Core.Tests.Batching;

/// <summary>When batches leave and what they hold (design §5).</summary>
public class LeavingTests
{
    [Fact]
    public void FindByContact_LoneCallerOnIdleLane_LeavesWithoutLinger() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig();
        AssertRight(Email("ada"), await rig.FindAsync(Email("ada"))); // the clock stands still
        AssertRight(Email("bea"), await rig.FindAsync(Email("bea")));
        Assert.Equal(2, rig.Directory.Calls.Count);
        Assert.Equal(0, rig.Clock.ArmedTimers);
    });

    [Fact]
    public void FindByContact_ACallUnderWay_PartialBatchLeavesWhenItReturns() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig();
        rig.Directory.Holds = true;
        var first = rig.FindAsync(Email("ada"));
        var others = Enumerable.Range(0, 5).Select(i => rig.FindAsync(Email($"n{i}"))).ToArray();
        Assert.Single(rig.Directory.Calls);
        rig.Directory.Release();
        AssertRight(Email("ada"), await first);
        await SingleThread.SettleAsync();
        Assert.Equal(5, rig.Directory.Calls[1].Keys.Count);
        rig.Directory.ReleaseAll();
        await Task.WhenAll(others);
    });

    [Fact]
    public void FindByContact_SeveralCallsUnderWay_PartialBatchLeavesWhenTheLastOfThemReturns() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig();
        rig.Directory.Holds = true;
        Task[] all = [rig.FindAsync(Email("ada")), .. Enumerable.Range(0, 50).Select(i => rig.FindAsync(Email($"e{i}"))), rig.FindAsync(Email("bea"))];
        Assert.Equal([1, 50], rig.Directory.Calls.Select(c => c.Keys.Count));
        rig.Directory.Release(); // the first
        await SingleThread.SettleAsync();
        Assert.Equal(2, rig.Directory.Calls.Count);
        rig.Directory.Release();
        await SingleThread.SettleAsync();
        Assert.Equal([1, 50, 1], rig.Directory.Calls.Select(c => c.Keys.Count));
        rig.Directory.ReleaseAll();
        await Task.WhenAll(all);
    });

    [Fact]
    public void FindByContact_ACallUnderWay_PartialBatchLeavesAfterTheLinger() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig(new() { Linger = TimeSpan.FromMilliseconds(3) });
        rig.Directory.Holds = true;
        var all = new[] { rig.FindAsync(Email("ada")), rig.FindAsync(Email("bea")) };
        rig.Clock.Advance(TimeSpan.FromMilliseconds(2));
        Assert.Single(rig.Directory.Calls);
        rig.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, rig.Directory.Calls.Count);
        rig.Directory.ReleaseAll();
        await Task.WhenAll(all);
    });

    [Theory]
    [InlineData(10, 10)]
    [InlineData(1, 2)]
    [InlineData(500, 20)]
    public void FindByContact_UpstreamTimeKnown_PatienceIsItWithinItsBounds(int upstream, int patience) => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig();
        rig.Directory.Holds = true;
        var first = rig.FindAsync(Email("ada"));
        rig.Clock.Advance(TimeSpan.FromMilliseconds(upstream));
        rig.Directory.Release();
        await first;
        var all = new[] { rig.FindAsync(Email("bea")), rig.FindAsync(Email("cid")) };
        rig.Clock.Advance(TimeSpan.FromMilliseconds(patience - 1));
        Assert.Equal(2, rig.Directory.Calls.Count);
        rig.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(3, rig.Directory.Calls.Count);
        rig.Directory.ReleaseAll();
        await Task.WhenAll(all);
    });

    [Fact]
    public void FindByContact_BothCompartmentsFull_LeavesAtOnceWith100() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig();
        rig.Directory.Holds = true;
        var lone = rig.FindAsync(Email("ada"));
        var emails = Enumerable.Range(0, 50).Select(i => rig.FindAsync(Email($"e{i}"))).ToArray();
        Assert.Equal(2, rig.Directory.Calls.Count); // no mobile waits: none is waited for
        emails = [.. emails, .. Enumerable.Range(50, 49).Select(i => rig.FindAsync(Email($"e{i}")))];
        var mobiles = Enumerable.Range(0, 50).Select(i => rig.FindAsync(Mobile(i))).ToArray();
        Assert.Equal(2, rig.Directory.Calls.Count);
        var last = rig.FindAsync(Email("last"));
        Assert.Equal([1, 50, 100], rig.Directory.Calls.Select(c => c.Keys.Count));
        rig.Directory.ReleaseAll();
        await Task.WhenAll([lone, last, .. emails, .. mobiles]);
    });

    [Theory]
    [InlineData(false, 202)] // 1 + ⌈9,999 ÷ 50⌉ + rounding
    [InlineData(true, 102)]
    public void FindByContact_TenThousandCallersAtOnce_PackFullCalls(bool halfMobiles, int mostCalls) => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig();
        rig.Directory.Holds = true;
        Contact[] keys = [.. Enumerable.Range(0, 10_000).Select(i => halfMobiles && i % 2 == 1 ? Mobile(i) : Email($"n{i}"))];
        if (halfMobiles) new Random(3).Shuffle(keys);
        var all = keys.Select(k => rig.FindAsync(k)).ToArray();
        rig.Clock.Advance(TimeSpan.FromMilliseconds(20));
        int bound = (int)(1.05 * (halfMobiles ? 100 : 200)) + 2;
        Assert.InRange(rig.Directory.Calls.Count, 1, Math.Min(bound, halfMobiles ? bound : mostCalls));
        rig.Directory.ReleaseAll();
        var answers = await Task.WhenAll(all);
        for (int i = 0; i < keys.Length; i++) AssertRight(keys[i], answers[i]);
        Assert.Equal(0, rig.Clock.ArmedTimers);
    });

    [Fact]
    public void GetUsers_TenThousandKeysInOneCall_TakeTwoHundredCalls() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig();
        PersonId[] ids = [.. Enumerable.Range(0, 10_000).Select(i => OpenId($"n{i}"))];
        var answers = await rig.Lookup.GetUsersAsync(OpenIds, ids, null, rig.Call());
        for (int i = 0; i < ids.Length; i++) AssertRight(ids[i], answers[i]);
        Assert.Equal(200, rig.Directory.Calls.Count);
    });

    [Fact]
    public void GetUsers_TwentyThousandCallersForOneHundredKeys_TakeThreeCalls() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig();
        rig.Directory.Holds = true;
        PersonId[] ids = [.. Enumerable.Range(0, 20_000).Select(i => OpenId($"n{i % 100}"))];
        var all = ids.Select(id => rig.GetAsync(id)).ToArray();
        rig.Clock.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Equal([1, 50, 49], rig.Directory.Calls.Select(c => c.Keys.Count));
        rig.Directory.ReleaseAll();
        var answers = await Task.WhenAll(all);
        for (int i = 0; i < ids.Length; i++) AssertRight(ids[i], answers[i]);
    });

    [Fact]
    public void GetUsers_BudgetHoldsBack_BatchesFillMeanwhile() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig(budget: new() { Default = new(1, 60), Guard = TimeSpan.Zero });
        var all = new List<Task> { rig.GetAsync(OpenId("first")) };
        for (int i = 0; i < 75; i++)
        {
            all.Add(rig.GetAsync(OpenId($"n{i}")));
            rig.Clock.Advance(TimeSpan.FromMilliseconds(10));
        }
        Assert.Single(rig.Directory.Calls);
        await rig.Clock.AdvanceUntilAsync(() => all.TrueForAll(t => t.IsCompleted));
        Assert.Equal([1, 50, 25], rig.Directory.Calls.Select(c => c.Keys.Count));
    });

    [Fact]
    public void GetUsers_BulkAndInteractiveWait_InteractiveLeavesFirstFilledUpWithBulk() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig(budget: new() { Default = new(1, 60), Guard = TimeSpan.Zero });
        await rig.GetAsync(OpenId("first"));
        var bulk = rig.Lookup.GetUsersAsync(OpenIds, [.. Enumerable.Range(0, 200).Select(i => OpenId($"b{i}"))], null, rig.Call(Priority.Bulk));
        var interactive = Enumerable.Range(0, 3).Select(i => rig.GetAsync(OpenId($"i{i}"))).ToArray();
        await rig.Clock.AdvanceUntilAsync(() => rig.Directory.Calls.Count == 2);
        var call = rig.Directory.Calls[1];
        Assert.Equal(Priority.Interactive, call.Context.Priority);
        Assert.Equal(["ou_i0", "ou_i1", "ou_i2"], call.Keys.Take(3));
        Assert.Equal(50, call.Keys.Count);
        await Task.WhenAll(interactive);
        await rig.Clock.AdvanceUntilAsync(() => bulk.IsCompleted);
        Assert.Equal(1 + 5, rig.Directory.Calls.Count);
    });

    [Fact]
    public void GetUsers_BulkJobOfAHundredThousandKeys_DelaysInteractiveByOneBatchAtMost() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig(new() { QueueLimitPerCaller = 100_000 }, budget: new());
        rig.Directory.Latency = () => Task.Delay(TimeSpan.FromMilliseconds(40), rig.Clock, CancellationToken.None);
        var bulk = rig.Lookup.GetUsersAsync(OpenIds, [.. Enumerable.Range(0, 100_000).Select(i => OpenId($"b{i}"))], null, rig.Call(Priority.Bulk));
        var longest = TimeSpan.Zero;
        for (int i = 0; i < 60; i++)
        {
            await rig.Clock.AdvanceAsync(TimeSpan.FromMilliseconds(701));
            var asked = rig.Clock.GetUtcNow();
            var answer = rig.GetAsync(OpenId($"i{i}"));
            await rig.Clock.AdvanceUntilAsync(() => answer.IsCompleted);
            if (rig.Clock.GetUtcNow() - asked is var took && took > longest) longest = took;
        }
        Assert.False(bulk.IsCompleted);
        // A batch interval (60 ms at 1,000 calls a minute), the upstream's 40 ms, and the steps of the test's clock.
        Assert.InRange(longest.TotalMilliseconds, 40, 105);
        await rig.Clock.AdvanceUntilAsync(() => bulk.IsCompleted);
        Assert.InRange(rig.Directory.Calls.Count, 2_000, 2_061);
    });

    [Fact]
    public void GetUsers_OneLongQuestionAndSingleOnes_ShareTheBatches() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig(budget: new() { Default = new(1, 60), Guard = TimeSpan.Zero });
        await rig.GetAsync(OpenId("first"));
        var big = rig.Lookup.GetUsersAsync(OpenIds, [.. Enumerable.Range(0, 5_000).Select(i => OpenId($"b{i}"))], null, rig.Call(caller: "big"));
        var single = rig.GetAsync(OpenId("s"), rig.Call(caller: "small"));
        var sameCaller = rig.GetAsync(OpenId("t"), rig.Call(caller: "big"));
        await rig.Clock.AdvanceUntilAsync(() => single.IsCompleted && sameCaller.IsCompleted);
        Assert.Equal(2, rig.Directory.Calls.Count);
        Assert.False(big.IsCompleted);
    });

    [Fact]
    public void GetUsers_LongQuestionsOfACaller_TheFirstGoesFirstAndOtherLengthsAndCallersTakeTurnsWithIt() => SingleThread.Run(async () =>
    {
        using var rig = LookupRig.Holding();
        var blocking = Ask("x", 100, "other");
        Task[] all = [blocking, Ask("v", 2_048, "big"), Ask("a", 300, "big"), Ask("b", 256, "big"), Ask("s", 10, "big"), Ask("t", 10, "big"), Ask("o", 300, "other")];
        await rig.Clock.AdvanceUntilAsync(() =>
        {
            rig.Directory.Release();
            return all.All(t => t.IsCompleted);
        });
        string[] kinds = [.. rig.Directory.Calls.Skip(2).SelectMany(c => c.Keys).Select(k => k[3..4])];
        Assert.Equal((60, 10, 10, 20, 20, 0), (Count("o"), Count("s"), Count("t"), Count("a"), Count("v"), Count("b")));
        Assert.True(Array.LastIndexOf(kinds, "a") < Array.IndexOf(kinds, "b"));
        Assert.True(Array.LastIndexOf(kinds, "b") < Array.LastIndexOf(kinds, "v"));

        int Count(string kind) => kinds[..120].Count(k => k == kind);

        Task Ask(string kind, int keys, string caller) =>
            rig.Lookup.GetUsersAsync(OpenIds, [.. Enumerable.Range(0, keys).Select(i => OpenId($"{kind}{i}"))], null, rig.Call(caller: caller));
    });

    [Fact]
    public void GetUsers_SinglyLane_AsksOneKeyACallWithBoundedConcurrency() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig(new() { SingleCallsInFlight = 8 });
        rig.Directory.Holds = true;
        PersonId[] ids = [.. Enumerable.Range(0, 30).Select(i => OpenId($"n{i}"))];
        var all = rig.Lookup.GetUsersAsync(OpenIds with { Singly = true }, ids, null, rig.Call());
        for (int i = 0; i < 30; i++)
        {
            await SingleThread.SettleAsync();
            Assert.Equal(Math.Min(8, 30 - i), rig.Directory.Held);
            Assert.True(rig.Directory.Release());
        }
        var answers = await all;
        for (int i = 0; i < ids.Length; i++) AssertRight(ids[i], answers[i]);
        Assert.All(rig.Directory.Calls, c => Assert.Equal(("user", 1), (c.Api, c.Keys.Count)));
    });
}
