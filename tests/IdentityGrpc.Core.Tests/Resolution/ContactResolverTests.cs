using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Resolution;

namespace IdentityGrpc.Core.Tests.Resolution;

public class ContactResolverTests
{
    private static readonly Wanted s_openId = new(IdTypes.OpenId, false, false, default);
    private static readonly Wanted s_all = new(IdTypes.All, false, false, default);
    private static readonly string[] s_many = [.. Enumerable.Range(0, 999).Select(i => $"nobody{i}@x.test"), "ada@x.test"];
    private readonly Chain _chain = new();

    [Fact]
    public async Task Resolve_AnsweredToAnotherWhileItWaitedToBegin_TakesItFromMemory()
    {
        var way = new TaskCompletionSource();
        _chain.Lookup.Beginning = way.Task;
        var waiting = _chain.ResolveAsync(s_openId, s_many);
        _chain.Lookup.Beginning = Task.CompletedTask;
        await _chain.ResolveAsync(s_openId, s_many);
        way.SetResult();
        Assert.All(await waiting, a => Assert.Equal(AnswerSource.Memory, a.Source));
        Assert.Single(_chain.Lookup.Asked);
    }

    [Theory]
    [InlineData(0, 1.0)]
    [InlineData(100, 0.5)]
    [InlineData(200, 0.0)]
    public async Task Resolve_ManyContacts_AFewOfThemTellHowManyMemoryLacks(int kept, double lacking)
    {
        // In turns, as neighbours are often known together.
        await _chain.ResolveAsync(s_openId, [.. s_many.Where((_, i) => i % 200 < kept)]);
        await _chain.ResolveAsync(s_openId, s_many);
        Assert.InRange(_chain.Lookup.KeysBegun / (double)s_many.Length, lacking - 0.25, lacking + 0.25);
    }

    [Fact]
    public async Task Resolve_ManyContacts_AnswersAreKeptWhenCallsHaveLeft()
    {
        var way = new TaskCompletionSource();
        _chain.Lookup.Ending = way.Task;
        var answers = _chain.ResolveAsync(s_openId, s_many);
        await Batching.LookupRig.UntilAsync(() => _chain.Lookup.AnswersEnding == s_many.Length);
        Assert.False(answers.IsCompleted);
        Assert.Empty(_chain.Shared.Contacts);
        way.SetResult();
        Assert.Equal(s_many.Length, (await answers).Length);
        Assert.NotEmpty(_chain.Shared.Contacts);
    }

    [Fact]
    public async Task Resolve_WhateverComes_LeavesNoQuestionBegun()
    {
        await _chain.ResolveAsync(s_openId, s_many);
        await _chain.ResolveAsync(s_openId, [.. s_many, "bob@x.test"]);
        _chain.Lookup.Trouble = new(FailureReason.UpstreamUnavailable, "Nobody answers.") { Retryable = true };
        await _chain.ResolveAsync(s_openId, [.. s_many.Select(e => $"no{e}")]);
        Assert.Equal(3, _chain.Lookup.Asked.Count);
        Assert.Equal(0, _chain.Lookup.Begun);
    }

    [Fact]
    public async Task Resolve_MixedKeys_AnswersEachOnceInOrder()
    {
        var answers = await _chain.ResolveAsync(s_openId, "bob@x.test", "nobody@x.test", "not an e-mail", " ADA@x.test", "bob@x.test");
        Assert.Equal(["ou_cli_a_bob", null, null, "ou_cli_a_ada", "ou_cli_a_bob"], answers.Select(a => a.Outcome.Value?.OpenId));
        Assert.Equal(FailureReason.NotFoundOrNotVisible, answers[1].Outcome.Failure!.Reason); // R25
        Assert.Equal(FailureReason.InvalidInput, answers[2].Outcome.Failure!.Reason);
        Assert.Equal(["contacts OpenId 3"], _chain.Lookup.Asked); // the repeated one costs nothing
    }

    [Theory]
    [InlineData(IdTypes.OpenId, "contacts OpenId 1")]
    [InlineData(IdTypes.UnionId, "contacts UnionId 1")]
    public async Task Resolve_OneKindThatBatchGetIdGives_TakesOneStep_R30(IdTypes ids, string asked)
    {
        await _chain.ResolveAsync(s_openId with { Ids = ids }, "ada@x.test");
        Assert.Equal([asked], _chain.Lookup.Asked);
    }

    [Theory]
    [InlineData(IdTypes.UserId)]
    [InlineData(IdTypes.All)]
    public async Task Resolve_UserIdOrMore_GoesThroughTheIdentity_U9(IdTypes ids)
    {
        var answer = Assert.Single(await _chain.ResolveAsync(s_openId with { Ids = ids }, "ada@x.test"));
        Assert.Equal("ada", answer.Outcome.Value!.UserId);
        Assert.Equal(["contacts OpenId 1", "cli_a OpenId 1"], _chain.Lookup.Asked);
    }

    [Fact]
    public async Task Resolve_Resigned_IsFoundWithTheFlagOnly_R27_R28()
    {
        Assert.NotNull(Assert.Single(await _chain.ResolveAsync(s_all, "gone@x.test")).Outcome.Failure);
        var answer = Assert.Single(await _chain.ResolveAsync(s_all with { IncludeResigned = true, Status = true }, "gone@x.test"));
        Assert.Equal(("gone", UserStatus.Resigned), (answer.Outcome.Value!.UserId, answer.Outcome.Value.Status!.Value));
        Assert.Equal("cli_a OpenId singly 1", _chain.Lookup.Asked.Last());
        Assert.NotNull(Assert.Single(await _chain.ResolveAsync(s_all, "gone@x.test")).Outcome.Failure); // and stays hidden from others
    }

    [Fact]
    public async Task Resolve_Again_ComesFromMemoryUntilItsTime()
    {
        await _chain.ResolveAsync(s_all, "ada@x.test");
        _chain.Time.Advance(TimeSpan.FromMinutes(9));
        var warm = Assert.Single(await _chain.ResolveAsync(s_all, "ada@x.test"));
        Assert.Equal(AnswerSource.Memory, warm.Source);
        Assert.Equal(TimeSpan.FromMinutes(9), _chain.Time.GetUtcNow() - warm.AskedAt);
        _chain.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(AnswerSource.Upstream, Assert.Single(await _chain.ResolveAsync(s_all, "ada@x.test")).Source);
    }

    [Fact]
    public async Task Resolve_Unknown_IsRememberedForHalfAMinute()
    {
        await _chain.ResolveAsync(s_all, "nobody@x.test");
        _chain.Time.Advance(TimeSpan.FromSeconds(29));
        await _chain.ResolveAsync(s_all, "nobody@x.test");
        Assert.Single(_chain.Lookup.Asked);
        _chain.Time.Advance(TimeSpan.FromSeconds(1));
        await _chain.ResolveAsync(s_all, "nobody@x.test");
        Assert.Equal(2, _chain.Lookup.Asked.Count);
    }

    [Fact]
    public async Task Resolve_MaxAgeZero_AlwaysAsks_AndNeverLengthens()
    {
        await _chain.ResolveAsync(s_openId, "ada@x.test");
        await _chain.ResolveAsync(s_openId with { Freshness = new(TimeSpan.Zero, false, false) }, "ada@x.test");
        Assert.Equal(2, _chain.Lookup.Asked.Count);
        _chain.Time.Advance(TimeSpan.FromMinutes(11));
        await _chain.ResolveAsync(s_openId with { Freshness = new(TimeSpan.FromDays(1), false, false) }, "ada@x.test");
        Assert.Equal(3, _chain.Lookup.Asked.Count);
    }

    [Fact]
    public async Task Resolve_CachedOnly_NeverAsks()
    {
        var answer = Assert.Single(await _chain.ResolveAsync(s_all with { Freshness = new(null, true, false) }, "ada@x.test"));
        Assert.Equal(FailureReason.NotCached, answer.Outcome.Failure!.Reason);
        Assert.Empty(_chain.Lookup.Asked);
    }

    [Theory]
    [InlineData(FailureReason.UpstreamUnavailable)]
    [InlineData(FailureReason.BudgetExhausted)]
    public async Task Resolve_PassingTrouble_IsNeverRemembered(FailureReason reason)
    {
        _chain.Lookup.Trouble = new(reason, "trouble") { Retryable = true };
        await _chain.ResolveAsync(s_all, "ada@x.test");
        _chain.Lookup.Trouble = null;
        Assert.True(Assert.Single(await _chain.ResolveAsync(s_all, "ada@x.test")).Outcome.Succeeded);
    }

    [Fact]
    public async Task Resolve_AllowStale_ServesWithinItsLimitWhileThePlatformFails()
    {
        await _chain.ResolveAsync(s_all, "ada@x.test");
        _chain.Lookup.Trouble = new(FailureReason.UpstreamUnavailable, "down") { Retryable = true };
        var stale = s_all with { Freshness = new(null, false, AllowStale: true) };
        _chain.Time.Advance(TimeSpan.FromMinutes(19));
        var answer = Assert.Single(await _chain.ResolveAsync(stale, "ada@x.test"));
        Assert.Equal((AnswerSource.Stale, "ada"), (answer.Source, answer.Outcome.Value?.UserId));
        Assert.False(Assert.Single(await _chain.ResolveAsync(s_all, "ada@x.test")).Outcome.Succeeded);
        _chain.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(Assert.Single(await _chain.ResolveAsync(stale, "ada@x.test")).Outcome.Succeeded);
    }

    [Fact]
    public async Task Resolve_AppThatMayNotReadPeople_KeepsTheOpenIdAndNamesTheScope_R19()
    {
        _chain.Lookup.UsersTrouble = new(FailureReason.NoPermission, "no scope") { MissingScopes = ["contact:contact.base:readonly"] };
        var answer = Assert.Single(await _chain.ResolveAsync(s_all, "ada@x.test"));
        Assert.Equal("ou_cli_a_ada", answer.Outcome.Value!.OpenId);
        Assert.Equal(["contact:contact.base:readonly"], answer.Outcome.Value.MissingScopes);
    }
}
