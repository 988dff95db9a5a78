using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Resolution;
using IdentityGrpc.Core.Tests.Changes;

namespace IdentityGrpc.Core.Tests.Resolution;

/// <summary>What another replica has shared is used as what is kept in memory, and by the same rules (design §6).</summary>
public class SharedAnswerTests
{
    private static readonly Wanted s_all = new(IdTypes.All, Status: false, IncludeResigned: false, default);
    private static readonly PersonId s_ada = PersonId.Of(ScriptedLookup.A, IdType.UserId, "ada");

    [Fact]
    public async Task Convert_SharedByAnother_IsGivenWithItsAgeAndThenKeptInMemory()
    {
        var chain = new Chain { Shared = { IsOpen = true } };
        var askedAt = await ShareAsync(chain);
        chain.Time.Advance(TimeSpan.FromMinutes(3));
        var answer = Assert.Single(await chain.ConvertAsync(s_all, "ada"));
        Assert.Equal((AnswerSource.SharedCache, askedAt), (answer.Source, answer.AskedAt));
        Assert.Equal((AnswerSource.Memory, askedAt), Assert.Single(await chain.ConvertAsync(s_all, "ada")) is var again ? (again.Source, again.AskedAt) : default);
        Assert.Equal((0, 1), (chain.Lookup.Asked.Count, chain.Shared.Flushes));
    }

    [Fact]
    public async Task Resolve_ContactAndPersonShared_TakesOneFlushAStep()
    {
        var chain = new Chain { Shared = { IsOpen = true } };
        await chain.ResolveAsync(s_all, "ada@x.test", "bob@x.test");
        var other = new Chain { Shared = { IsOpen = true } };
        foreach (var (key, answer) in chain.Shared.People) other.Shared.People[key] = answer;
        foreach (var (key, answer) in chain.Shared.Contacts) other.Shared.Contacts[key] = answer;
        var answers = await other.ResolveAsync(s_all, "ada@x.test", "bob@x.test");
        Assert.All(answers, a => Assert.Equal(AnswerSource.SharedCache, a.Source));
        Assert.Equal((0, 2), (other.Lookup.Asked.Count, other.Shared.Flushes));
    }

    [Fact]
    public async Task Convert_WarmMemory_LeavesTheSharedCacheAlone()
    {
        var chain = new Chain { Shared = { IsOpen = true } };
        await chain.ConvertAsync(s_all, "ada");
        await chain.ConvertAsync(s_all, "ada");
        Assert.Equal(1, chain.Shared.Flushes);
    }

    [Fact]
    public async Task Convert_SharedCacheClosed_LeavesItAlone()
    {
        var chain = new Chain();
        await ShareAsync(chain);
        Assert.Equal(AnswerSource.Upstream, Assert.Single(await chain.ConvertAsync(s_all, "ada")).Source);
        Assert.Equal(0, chain.Shared.Flushes);
    }

    [Fact]
    public async Task Convert_SharedAndSinceChanged_IsNeitherGivenNorKept_R14()
    {
        var chain = new Chain { Shared = { IsOpen = true } };
        await ShareAsync(chain);
        chain.Watermarks.End(s_ada);
        chain.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(AnswerSource.Upstream, Assert.Single(await chain.ConvertAsync(s_all, "ada")).Source);
    }

    [Theory]
    [InlineData(11, null, AnswerSource.Upstream)]
    [InlineData(5, 4, AnswerSource.Upstream)]
    [InlineData(5, 6, AnswerSource.SharedCache)]
    [InlineData(0, 0, AnswerSource.Upstream)]
    public async Task Convert_SharedForAWhile_IsJudgedAsMemoryIs(int minutes, int? maxAge, AnswerSource expected)
    {
        var chain = new Chain { Shared = { IsOpen = true } };
        await ShareAsync(chain);
        chain.Time.Advance(TimeSpan.FromMinutes(minutes));
        var freshness = new Freshness(maxAge is { } m ? TimeSpan.FromMinutes(m) : null, CachedOnly: false, AllowStale: false);
        Assert.Equal(expected, Assert.Single(await chain.ConvertAsync(s_all with { Freshness = freshness }, "ada")).Source);
    }

    [Fact]
    public async Task Convert_CachedOnly_ReadsTheSharedCache()
    {
        var chain = new Chain { Shared = { IsOpen = true } };
        await ShareAsync(chain);
        var answers = await chain.ConvertAsync(s_all with { Freshness = new(null, CachedOnly: true, AllowStale: false) }, "ada", "bob");
        Assert.Equal(AnswerSource.SharedCache, answers[0].Source);
        Assert.Equal(FailureReason.NotCached, answers[1].Outcome.Failure?.Reason);
        Assert.Empty(chain.Lookup.Asked);
    }

    [Fact]
    public async Task Convert_SharedPastItsLifetimeWhileThePlatformFails_IsServedStaleWhereAllowed()
    {
        var chain = new Chain { Shared = { IsOpen = true } };
        await ShareAsync(chain);
        chain.Time.Advance(TimeSpan.FromMinutes(15));
        chain.Lookup.Trouble = new(FailureReason.UpstreamUnavailable, "down") { Retryable = true };
        var refused = Assert.Single(await chain.ConvertAsync(s_all, "ada"));
        Assert.Equal(FailureReason.UpstreamUnavailable, refused.Outcome.Failure?.Reason);
        var stale = Assert.Single(await chain.ConvertAsync(s_all with { Freshness = new(null, false, AllowStale: true) }, "ada"));
        Assert.Equal(AnswerSource.Stale, stale.Source);
    }

    [Fact]
    public async Task Convert_Asked_IsSharedUnderEveryIdThatLeadsToThem()
    {
        var chain = new Chain { Shared = { IsOpen = true } };
        await chain.ConvertAsync(s_all, "ada");
        Assert.Equal(["ada", "on_p_ada", "ou_cli_a_ada"], chain.Shared.People.Keys.Select(k => k.Id.Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Convert_ResignedFoundByOpenId_IsNotSharedUnderTheUserId_R16()
    {
        var chain = new Chain { Shared = { IsOpen = true } };
        await chain.ConvertAsync(s_all with { IncludeResigned = true }, "ou_cli_a_gone");
        Assert.DoesNotContain(chain.Shared.People, p => p.Key.Id.Type == IdType.UserId && p.Value.Value is not null);
        Assert.Contains(chain.Shared.People, p => p.Key is { Id.Type: IdType.UnionId, IncludeResigned: true });
    }

    private static async Task<DateTimeOffset> ShareAsync(Chain chain)
    {
        var writer = new Chain();
        await writer.ConvertAsync(s_all, "ada");
        foreach (var (key, answer) in writer.Shared.People) chain.Shared.People[key] = answer;
        return chain.Time.GetUtcNow();
    }
}
