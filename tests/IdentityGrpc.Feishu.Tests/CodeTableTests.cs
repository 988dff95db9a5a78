using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Feishu.Errors;
using IdentityGrpc.Feishu.Tests.Wire;

namespace IdentityGrpc.Feishu.Tests;

public sealed class CodeTableTests
{
    private const int Tries = 3;

    public static TheoryData<int> Codes => [.. ReferenceCodes.All.Select(row => row.Code)];

    [Fact]
    public void Rules_HoldEveryCodeOfTheReferenceOnceAndNoOther() =>
        Assert.Equal(ReferenceCodes.All.Select(row => row.Code).Order(), CodeTable.Rules.Select(rule => rule.Code).Order());

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Call_RefusedWithCode_DoesWhatTheReferenceSays(int code)
    {
        var expected = ReferenceCodes.All.Single(row => row.Code == code);
        await using var bed = new Bed().Answering(Bed.Refused(code, expected.Status));

        var outcome = await bed.SkipPausesAsync(bed.GetAsync(null, Bed.Ada, Bed.Bob));

        var failure = outcome.Failure!;
        Assert.Equal(expected.Reason, failure.Reason);
        Assert.Equal(code, failure.Code);
        Assert.InRange(failure.Message.Length, 10, 200);
        Assert.Equal(expected.Action != CodeAction.GiveUp, failure.Retryable);
        Assert.Equal(expected.Detail == CodeDetail.Ids, failure.InvalidIds is not null);
        int tries = expected.Action switch
        {
            CodeAction.Retry or CodeAction.Throttle => Tries,
            CodeAction.RefreshToken => 2,
            _ => 1,
        };
        Assert.Equal(tries, bed.Calls.Length);
        Assert.Equal(tries - 1, bed.Budget.Taken.Count);
        Assert.Equal(expected.Action == CodeAction.RefreshToken ? 2 : 1, bed.TokenCalls.Length);
        Assert.Equal(expected.Action == CodeAction.Throttle ? Tries : 0, bed.Budget.Pauses.Count);
        Assert.Equal(expected.Action == CodeAction.StopForMonth ? [bed.Scope] : [], bed.Budget.Stops);
    }

    [Theory]
    [InlineData(700001, 400, FailureReason.UpstreamUnavailable, 1)]
    [InlineData(700002, 403, FailureReason.NoPermission, 1)]
    [InlineData(700003, 429, FailureReason.BudgetExhausted, Tries)]
    [InlineData(700004, 500, FailureReason.UpstreamUnavailable, Tries)]
    [InlineData(700005, 200, FailureReason.UpstreamUnavailable, 1)]
    public async Task Call_UnknownCode_IsJudgedByItsStatus(int code, int status, FailureReason reason, int tries)
    {
        await using var bed = new Bed().Answering(Bed.Refused(code, status));

        var outcome = await bed.SkipPausesAsync(bed.GetAsync());

        Assert.Equal(reason, outcome.Failure!.Reason);
        Assert.Equal(code, outcome.Failure.Code);
        Assert.Equal(tries, bed.Calls.Length);
    }

    [Theory]
    [InlineData("not a valid {open_id} or not exists, and the example value is {ou_da5****dfe}. Invalid ids: [ou_bob]", new[] { "ou_bob" })]
    [InlineData("Invalid ids: [ou_bob, ou_ada]", new[] { "ou_ada", "ou_bob" })]
    [InlineData("INVALID IDS：ou_bob，'ou_ada'", new[] { "ou_ada", "ou_bob" })]
    [InlineData("invalid ids [\\\"ou_ada\\\" ou_ada]", new[] { "ou_ada" })]
    [InlineData("Invalid ids: [ou_eve]", new string[0])]
    [InlineData("Invalid ids: [ou_adam]", new string[0])]
    [InlineData("Invalid ids: [", new string[0])]
    [InlineData("Invalid ids:", new string[0])]
    [InlineData("refused", new string[0])]
    public async Task GetUsersAsync_IdsRefused_NamesThoseAskedAbout(string msg, string[] named)
    {
        await using var bed = new Bed().Answering(Bed.Refused(99992351, msg: msg));

        var outcome = await bed.GetAsync(null, Bed.Ada, Bed.Bob);

        Assert.Equal(named, outcome.Failure!.InvalidIds!);
    }

    [Fact]
    public async Task GetUsersAsync_IdsNamedInTheDetailOnly_AreRead()
    {
        await using var bed = new Bed().Answering(Bed.Refused(99992361, error: """{"message":"cross app. Invalid ids: [ou_ada]"}"""));

        var failure = (await bed.GetAsync(null, Bed.Ada, Bed.Bob)).Failure!;

        Assert.Equal(FailureReason.CrossAppId, failure.Reason);
        Assert.Equal([Bed.Ada], failure.InvalidIds!);
    }

    [Fact]
    public async Task GetUsersAsync_IdThatHoldsASeparator_IsNeverTakenApart()
    {
        await using var bed = new Bed().Answering(Bed.Refused(99992360, msg: "Invalid ids: [ada01,x]"));

        var outcome = await bed.Directory.GetUsersAsync(bed.Scope, IdType.UserId, ["ada01", "ada01,x"], Bed.Call);

        Assert.Equal([], outcome.Failure!.InvalidIds!);
    }

    [Theory]
    [InlineData("user_ids", new[] { "ou_bob" })]
    [InlineData("user_ids[1]", new[] { "ou_bob" })]
    [InlineData("user_id_type", null)]
    [InlineData("page_size", null)]
    public async Task GetUsersAsync_FieldRefused_NamesTheFieldAndTheIds(string field, string[]? named)
    {
        await using var bed = new Bed().Answering(Bed.Refused(99992402, error: $$"""{"field_violations":[{"field":"{{field}}","value":"ou_bob","description":"the max len is 50"}]}"""));

        var failure = (await bed.GetAsync(null, Bed.Ada, Bed.Bob)).Failure!;

        Assert.Equal(FailureReason.InvalidInput, failure.Reason);
        Assert.Contains(field, failure.Message, StringComparison.Ordinal);
        Assert.Equal(named, failure.InvalidIds);
    }

    [Fact]
    public async Task Call_FieldNameThatIsNoName_IsNotRepeated()
    {
        await using var bed = new Bed().Answering(Bed.Refused(99992402, error: """{"field_violations":[{"field":"ada@ex.test is no e-mail"}]}"""));

        Assert.Equal("The platform refused a field of the call.", (await bed.GetAsync()).Failure!.Message);
    }

    [Theory]
    [InlineData("x", """{"permission_violations":[{"type":"action_scope_required","subject":"contact:user.id:readonly"},{"subject":"contact:user.id:readonly"}]}""", new[] { "contact:user.id:readonly" })]
    [InlineData("x", """{"permission_violations":[{"scope":"contact:a","url":"https://x"}]}""", new[] { "contact:a" })]
    [InlineData("x", """{"permission_violations":[{"subject":"a:1"},{"subject":"a:2"},{"subject":"a:3"},{"subject":"a:4"},{"subject":"a:5"}]}""", new[] { "a:1", "a:2", "a:3", "a:4" })]
    [InlineData("One of the following scopes is required: [contact:user.id:readonly, contact:contact]", "{}", new[] { "contact:user.id:readonly", "contact:contact" })]
    [InlineData("required: [contact:a", """{"permission_violations":{}}""", new[] { "contact:a" })]
    [InlineData("no list", """{"permission_violations":[{"subject":"mail ada@ex.test"}]}""", new string[0])]
    public async Task Call_ScopeMissing_NamesAtMostFour(string msg, string error, string[] scopes)
    {
        await using var bed = new Bed().Answering(Bed.Refused(99991672, msg: msg, error: error));

        Assert.Equal(scopes, (await bed.GetAsync()).Failure!.MissingScopes);
    }

    [Fact]
    public async Task Call_MonthlyQuotaSpent_SaysWhenTheMonthTurns()
    {
        await using var bed = new Bed().Answering(Bed.Refused(99991403));

        var failure = (await bed.GetAsync()).Failure!;

        Assert.Equal(new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.FromHours(8)), bed.Clock.GetUtcNow() + failure.RetryAfter);
    }
}
