using IdentityGrpc.Core.Batching;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Testing;
using static IdentityGrpc.Core.Tests.Batching.LookupRig;

namespace IdentityGrpc.Core.Tests.Batching;

/// <summary>U1: ids that spoil their batch (design §4).</summary>
public class RefusalTests
{
    private static readonly Func<IReadOnlyList<string>, IReadOnlyList<string>> s_namesNone = _ => [];

    private static PersonId[] Fifty(params int[] bad) => [.. Enumerable.Range(0, 50).Select(i => OpenId(bad.Contains(i) ? $"bad{i}" : $"n{i}"))];

    private static LookupRig Rig(Func<IReadOnlyList<string>, IReadOnlyList<string>>? names = null, BatchingOptions? options = null)
    {
        var rig = new LookupRig(options);
        rig.Directory.IsBad = id => id.StartsWith("ou_bad", StringComparison.Ordinal);
        if (names is not null) rig.Directory.Names = names;
        return rig;
    }

    private static void AssertEachHasItsOwn(PersonId[] ids, Answer<Person>[] answers)
    {
        for (int i = 0; i < ids.Length; i++)
        {
            if (!ids[i].Value.StartsWith("ou_bad", StringComparison.Ordinal))
            {
                AssertRight(ids[i], answers[i]);
                continue;
            }
            Assert.Equal(99992351, answers[i].Outcome.Failure?.Code);
            Assert.Null(answers[i].Outcome.Failure?.InvalidIds);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(24)]
    [InlineData(49)]
    public void GetUsers_OneBadIdNamed_CostsTwoCalls(int place) => SingleThread.Run(async () =>
    {
        using var rig = Rig();
        var ids = Fifty(place);
        AssertEachHasItsOwn(ids, await rig.Lookup.GetUsersAsync(OpenIds, ids, null, rig.Call()));
        Assert.Equal([50, 49], rig.Directory.Calls.Select(c => c.Keys.Count));
    });

    [Fact]
    public void GetUsers_OneBadIdNotNamed_CostsThirteenCallsAtMost() => SingleThread.Run(async () =>
    {
        int most = 0;
        for (int place = 0; place < 50; place++)
        {
            using var rig = Rig(s_namesNone);
            var ids = Fifty(place);
            AssertEachHasItsOwn(ids, await rig.Lookup.GetUsersAsync(OpenIds, ids, null, rig.Call()));
            most = Math.Max(most, rig.Directory.Calls.Count);
        }
        Assert.InRange(most, 7, 13);
    });

    [Theory]
    [InlineData("all")]
    [InlineData("one")]
    [InlineData("none")]
    [InlineData("strangers")]
    [InlineData("wrong case")]
    public void GetUsers_SeveralBadIds_EachKeyHasItsOwnAnswerAndNothingLoops(string named) => SingleThread.Run(async () =>
    {
        foreach (int[] bad in new int[][] { [1, 2, 3, 4, 5], [0, 49], [.. Enumerable.Range(0, 50)], [.. Enumerable.Range(0, 25).Select(i => i * 2)] })
        {
            using var rig = Rig(named switch
            {
                "all" => ids => ids,
                "one" => ids => [ids[0]],
                "strangers" => _ => ["ou_stranger", ""],
                "wrong case" => ids => [ids[0].ToUpperInvariant()],
                _ => s_namesNone,
            });
            var ids = Fifty(bad);
            AssertEachHasItsOwn(ids, await rig.Lookup.GetUsersAsync(OpenIds, ids, null, rig.Call()));
            Assert.InRange(rig.Directory.Calls.Count, 1, named switch { "all" => 2, "one" => bad.Length + 1, _ => 99 });
            Assert.Equal(0, rig.Clock.ArmedTimers);
        }
    });

    [Fact]
    public void GetUsers_BadIdAskedAgain_LeavesApartFromOthers() => SingleThread.Run(async () =>
    {
        using var rig = Rig();
        await rig.GetAsync(OpenId("bad1"));
        var ids = Fifty(1);
        AssertEachHasItsOwn(ids, await rig.Lookup.GetUsersAsync(OpenIds, ids, null, rig.Call()));
        Assert.Equal([1, 1, 49], rig.Directory.Calls.Select(c => c.Keys.Count));
    });

    [Fact]
    public void GetUsers_IdNoLongerBad_IsForgottenAsSuch() => SingleThread.Run(async () =>
    {
        using var rig = Rig();
        await rig.GetAsync(OpenId("bad1"));
        rig.Directory.IsBad = _ => false;
        AssertRight(OpenId("bad1"), await rig.GetAsync(OpenId("bad1")));
        rig.Clock.Advance(TimeSpan.FromSeconds(1)); // the answer just given is forgotten too
        await rig.Lookup.GetUsersAsync(OpenIds, Fifty(1), null, rig.Call());
        Assert.Equal([1, 1, 50], rig.Directory.Calls.Select(c => c.Keys.Count));
    });

    [Fact]
    public void GetUsers_AStrangersGarbage_DelaysAGoodKeyByFewCalls() => SingleThread.Run(async () =>
    {
        using var rig = Rig(s_namesNone);
        rig.Directory.Latency = () => Task.Delay(TimeSpan.FromMilliseconds(10), rig.Clock, CancellationToken.None);
        var first = rig.GetAsync(OpenId("first"));
        var garbage = rig.Lookup.GetUsersAsync(OpenIds, [.. Enumerable.Range(0, 49).Select(i => OpenId($"bad{i}"))], null, rig.Call(caller: "a stranger"));
        var good = rig.GetAsync(OpenId("good"), rig.Call(caller: "zoe"));
        await rig.Clock.AdvanceUntilAsync(() => good.IsCompleted);
        AssertRight(OpenId("good"), await good);
        Assert.InRange(rig.Directory.Calls.Count, 3, 20);
        await rig.Clock.AdvanceUntilAsync(() => garbage.IsCompleted);
        Assert.All(await garbage, a => Assert.Equal(99992351, a.Outcome.Failure?.Code));
        await first;
        Assert.InRange(rig.Directory.Calls.Count, 50, 1 + 99);
    });

    [Fact]
    public void GetUsers_MoreGarbageThanTheCap_IsRefusedToItsSenderOnly() => SingleThread.Run(async () =>
    {
        using var rig = Rig(s_namesNone, new() { QuarantineLimitPerCaller = 60 });
        rig.Directory.Latency = () => Task.Delay(TimeSpan.FromMilliseconds(10), rig.Clock, CancellationToken.None);
        var garbage = rig.Lookup.GetUsersAsync(OpenIds, [.. Enumerable.Range(0, 200).Select(i => OpenId($"bad{i}"))], null, rig.Call(caller: "a"));
        await rig.Clock.AdvanceUntilAsync(() => garbage.IsCompleted);
        var answers = await garbage;
        var reasons = answers.CountBy(a => a.Outcome.Failure!.Reason).ToDictionary();
        Assert.True(reasons[FailureReason.BudgetExhausted] >= 50);
        Assert.True(reasons[FailureReason.NotFoundOrNotVisible] >= 50);
        rig.Directory.Latency = null;
        AssertRight(OpenId("good"), await rig.GetAsync(OpenId("good"), rig.Call(caller: "b")));
    });

    [Fact]
    public void GetUsers_CallersGoneWhileSortedOut_LeavesNothingBehind() => SingleThread.Run(async () =>
    {
        using var rig = Rig(s_namesNone);
        rig.Directory.Holds = true;
        using var cancel = new CancellationTokenSource();
        var gone = rig.Lookup.GetUsersAsync(OpenIds, Fifty(3, 30), null, rig.Call(cancel: cancel));
        rig.Directory.Release();
        await SingleThread.SettleAsync();
        Assert.Equal(2, rig.Directory.Calls.Count); // the first half is asked for
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        rig.Directory.ReleaseAll();
        await SingleThread.SettleAsync();
        Assert.Equal(2, rig.Directory.Calls.Count);
        Assert.Equal(0, rig.Lookup.KeysAsked);
        Assert.Equal(0, rig.Clock.ArmedTimers);
    });

    [Fact]
    public void GetUsers_QuarantinedKeyAskedByAnother_SharesItsSlot() => SingleThread.Run(async () =>
    {
        using var rig = Rig(s_namesNone);
        rig.Directory.Holds = true;
        var all = rig.Lookup.GetUsersAsync(OpenIds, Fifty(3), null, rig.Call());
        rig.Directory.Release();
        await SingleThread.SettleAsync();
        var other = rig.GetAsync(OpenId("n49"), notBefore: rig.Clock.GetUtcNow());
        rig.Directory.ReleaseAll();
        AssertRight(OpenId("n49"), await other);
        AssertEachHasItsOwn(Fifty(3), await all);
        Assert.InRange(rig.Directory.Calls.Count, 7, 13);
    });
}
