using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Resolution;
using IdentityGrpc.Core.Tests.Changes;

namespace IdentityGrpc.Core.Tests.Resolution;

public class EndedAnswerTests
{
    private static readonly Wanted s_all = new(IdTypes.All, Status: false, IncludeResigned: false, default);

    [Fact]
    public async Task Convert_CachedAndThenChanged_IsAskedAgain_R14()
    {
        var chain = new Chain();
        await chain.ConvertAsync(s_all, "ada");
        Assert.Equal(AnswerSource.Memory, Assert.Single(await chain.ConvertAsync(s_all, "ada")).Source);
        chain.Watermarks.End(PersonId.Of(ScriptedLookup.A, IdType.UserId, "ada"));
        chain.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(AnswerSource.Upstream, Assert.Single(await chain.ConvertAsync(s_all, "ada")).Source);
    }

    [Fact]
    public async Task Convert_ChangedAndPlatformNotToBeAsked_IsNotCachedEvenStale()
    {
        var chain = new Chain();
        await chain.ConvertAsync(s_all, "ada");
        chain.Watermarks.End(ScriptedLookup.A);
        var answer = Assert.Single(await chain.ConvertAsync(s_all with { Freshness = new Freshness(null, CachedOnly: true, AllowStale: true) }, "ada"));
        Assert.Equal(Core.Directory.FailureReason.NotCached, answer.Outcome.Failure?.Reason);
    }

    // The contact's row holds the open_id alone, so a change told to another app does not end it; the person it leads to has ended.
    [Fact]
    public async Task Resolve_PersonChangedAsToldToAnotherApp_IsAskedAgainFromTheContactOn_R14()
    {
        var chain = new Chain();
        await chain.ResolveAsync(s_all, "ada@x.test");
        chain.Time.Advance(TimeSpan.FromSeconds(1));
        chain.Watermarks.End(PersonId.Of(ScriptedLookup.A, IdType.UserId, "ada"));
        chain.Time.Advance(TimeSpan.FromTicks(1));
        var answer = Assert.Single(await chain.ResolveAsync(s_all, "ada@x.test"));
        Assert.Equal(("ada", AnswerSource.Upstream, chain.Time.GetUtcNow()), (answer.Outcome.Value?.UserId, answer.Source, answer.AskedAt!.Value));
    }
}
