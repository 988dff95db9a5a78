using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Resolution;

namespace IdentityGrpc.Core.Tests.Resolution;

public class IdConverterTests
{
    private static readonly Wanted s_all = new(IdTypes.All, false, false, default);
    private readonly Chain _chain = new();

    [Fact]
    public async Task Convert_MixedKinds_EachInItsLaneAndInOrder()
    {
        var answers = await _chain.ConvertAsync(s_all, "bob", "ou_cli_a_ada", "on_p_bob", "", "ou_cli_a_nobody", "bob");
        Assert.Equal(["bob", "ada", "bob", null, null, "bob"], answers.Select(a => a.Outcome.Value?.UserId));
        Assert.Equal(["cli_a OpenId 2", "cli_a UnionId 1", "cli_a UserId 1"], _chain.Lookup.Asked.Order());
    }

    [Fact]
    public async Task Convert_AfterwardsByAnyOtherId_ComesFromMemory()
    {
        await _chain.ConvertAsync(s_all, "ou_cli_a_ada");
        var answers = await _chain.ConvertAsync(s_all, "ada", "on_p_ada");
        Assert.All(answers, a => Assert.Equal(AnswerSource.Memory, a.Source));
    }

    [Fact]
    public async Task Convert_AnswersAreAsFreshAsTheLeastFreshField_R14_R16()
    {
        await _chain.ConvertAsync(s_all, "ou_cli_a_ada");
        _chain.Time.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(AnswerSource.Memory, Assert.Single(await _chain.ConvertAsync(s_all with { Ids = IdTypes.UnionId }, "ou_cli_a_ada")).Source);
        Assert.Equal(AnswerSource.Upstream, Assert.Single(await _chain.ConvertAsync(s_all with { Ids = IdTypes.UnionId }, "ada")).Source);
        _chain.Time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(AnswerSource.Upstream, Assert.Single(await _chain.ConvertAsync(s_all with { Ids = IdTypes.UserId }, "on_p_ada")).Source);
    }

    [Fact]
    public async Task Convert_ForAnotherAppOfTheProvider_GoesThroughTheUnionIdInTwoPackedSteps_R4()
    {
        var answers = await _chain.ConvertAsync(ScriptedLookup.B, s_all, "ou_cli_a_ada", "ou_cli_a_bob", "ou_cli_a_nobody");
        Assert.Equal(["ou_cli_b_ada", "ou_cli_b_bob", null], answers.Select(a => a.Outcome.Value?.OpenId));
        Assert.Equal(["cli_a OpenId 3", "cli_b UnionId 2"], _chain.Lookup.Asked);
    }

    [Fact]
    public async Task Convert_UnionAndUserIdsForAnotherApp_AreAskedOfItDirectly()
    {
        var answers = await _chain.ConvertAsync(ScriptedLookup.B, s_all, "on_p_ada", "bob");
        Assert.Equal(["ou_cli_b_ada", "ou_cli_b_bob"], answers.Select(a => a.Outcome.Value?.OpenId));
        Assert.All(_chain.Lookup.Asked, asked => Assert.StartsWith("cli_b", asked, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Convert_ForAnAppOfAnotherProvider_IsCrossAppWithoutACall_R3()
    {
        var answers = await _chain.ConvertAsync(ScriptedLookup.Stranger, s_all, "ou_cli_a_ada", "ada", "");
        Assert.Equal([FailureReason.CrossAppId, FailureReason.CrossAppId, FailureReason.InvalidInput], answers.Select(a => a.Outcome.Failure!.Reason));
        Assert.Empty(_chain.Lookup.Asked);
    }

    [Fact]
    public async Task Convert_UserIdOfAnAppWithoutItsScope_IsFoundAndRemembered()
    {
        _chain.Lookup.WithholdUserIds = true;
        foreach (var source in (AnswerSource[])[AnswerSource.Upstream, AnswerSource.Memory])
        {
            var answer = Assert.Single(await _chain.ConvertAsync(s_all, "ada"));
            Assert.Equal(("ou_cli_a_ada", null, source), (answer.Outcome.Value!.OpenId, answer.Outcome.Value.UserId, answer.Source));
        }
    }
}
