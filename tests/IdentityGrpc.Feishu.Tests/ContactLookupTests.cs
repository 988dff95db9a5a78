using System.Text.Json;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Feishu.Tests.Wire;

namespace IdentityGrpc.Feishu.Tests;

public sealed class ContactLookupTests
{
    private static Contact Email(string text) => Contact.TryParseEmail(text, out var contact, out _) ? contact : throw new ArgumentException(text);

    private static Contact Mobile(string text) => Contact.TryParseMobile(text, out var contact, out _) ? contact : throw new ArgumentException(text);

    [Fact]
    public async Task FindByContactAsync_BothKinds_SendsThemNormalisedAndReadsTheRows()
    {
        await using var bed = new Bed().Answering(Bed.Ok("""
            {"user_list":[
              {"user_id":"ou_ada","email":"ADA@ex.test","status":{"is_frozen":false,"is_resigned":false,"is_activated":true,"is_exited":false,"is_unjoin":false}},
              {"email":"nobody@ex.test"},
              {"user_id":"","mobile":"13000000000"},
              {"user_id":"ou_ada","mobile":"+41446681800"}]}
            """));

        var outcome = await bed.Directory.FindByContactAsync(bed.Scope, IdType.OpenId, includeResigned: true,
            [Email("Ada@EX.test"), Email("nobody@ex.test"), Mobile("130 0000 0000"), Mobile(Bed.Mobile)], Bed.Call);

        var rows = outcome.Value!.ToDictionary(row => row.Contact);
        Assert.Equal(new ContactRow(Email(Bed.Email), "ou_ada", UserStatus.Activated), rows[Email(Bed.Email)]);
        Assert.Equal(new ContactRow(Email("nobody@ex.test"), null, null), rows[Email("nobody@ex.test")]);
        Assert.Equal(new ContactRow(Mobile("+8613000000000"), null, null), rows[Mobile("13000000000")]);
        Assert.Equal(new ContactRow(Mobile(Bed.Mobile), "ou_ada", null), rows[Mobile(Bed.Mobile)]);

        var request = Assert.Single(bed.Calls);
        Assert.Equal("POST", request.Method);
        Assert.Equal("/open-apis/contact/v3/users/batch_get_id?user_id_type=open_id", request.Target);
        Assert.Equal("Bearer t-tok1", request.Headers["Authorization"]);
        Assert.Equal("application/json; charset=utf-8", request.Headers["Content-Type"]);
        using var body = JsonDocument.Parse(request.Body);
        Assert.Equal(["ada@ex.test", "nobody@ex.test"], body.RootElement.GetProperty("emails").EnumerateArray().Select(e => e.GetString()!));
        Assert.Equal(["+8613000000000", "+41446681800"], body.RootElement.GetProperty("mobiles").EnumerateArray().Select(e => e.GetString()!));
        Assert.True(body.RootElement.GetProperty("include_resigned").GetBoolean());
    }

    [Fact]
    public async Task FindByContactAsync_OnlyEmails_SendsNoMobiles()
    {
        await using var bed = new Bed().Answering(Bed.Ok("{}"));

        var outcome = await bed.Directory.FindByContactAsync(bed.Scope, IdType.UnionId, includeResigned: false, [Email(Bed.Email)], Bed.Call);

        Assert.Empty(outcome.Value!);
        Assert.Equal("""{"emails":["ada@ex.test"],"include_resigned":false}""", bed.Calls[0].Body);
        Assert.EndsWith("?user_id_type=union_id", bed.Calls[0].Target, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"user_list":[{"user_id":"ou_bob","email":"not an e-mail"}]}""", "an echo that is no contact")]
    [InlineData("""{"user_list":[{"user_id":"ou_bob"}]}""", "no echo")]
    [InlineData("""{"user_list":[{"user_id":"on_ada","email":"ada@ex.test"}]}""", "an id of another kind")]
    [InlineData("""{"user_list":[null, 7, "x"]}""", "no rows at all")]
    [InlineData("""{"user_list":null}""", "null")]
    [InlineData("null", "no data")]
    public async Task FindByContactAsync_RowsThatAnswerNothing_AreLeftOut(string data, string why)
    {
        await using var bed = new Bed().Answering(Bed.Ok(data));

        var outcome = await bed.Directory.FindByContactAsync(bed.Scope, IdType.OpenId, false, [Email(Bed.Email)], Bed.Call);

        Assert.True(outcome.Succeeded, why);
        Assert.Empty(outcome.Value);
    }

    [Theory]
    [InlineData("""{"is_activated":true}""", UserStatus.Activated)]
    [InlineData("""{"is_activated":"true","is_frozen":"0"}""", UserStatus.Activated)]
    [InlineData("""{"is_unjoin":true}""", UserStatus.Unjoined)]
    [InlineData("""{"is_activated":false,"is_unjoin":false}""", UserStatus.Unjoined)]
    [InlineData("""{"is_activated":true,"is_frozen":1}""", UserStatus.Frozen)]
    [InlineData("""{"is_frozen":true,"is_exited":true}""", UserStatus.Exited)]
    [InlineData("""{"is_resigned":true,"is_frozen":true,"is_exited":true,"is_activated":true}""", UserStatus.Resigned)]
    [InlineData("""{"since":{"is_frozen":[true,{}]},"is_activated":true,"is_exited":{},"x":[]}""", UserStatus.Activated)]
    [InlineData("{}", null)]
    [InlineData("null", null)]
    [InlineData("[{\"is_frozen\":true}]", null)]
    [InlineData("7", null)]
    public async Task FindByContactAsync_StatusFlags_LastInOrderWins(string flags, UserStatus? expected)
    {
        await using var bed = new Bed().Answering(Bed.Ok($$"""{"user_list":[{"user_id":"ou_ada","email":"ada@ex.test","status":{{flags}}}]}"""));

        var outcome = await bed.Directory.FindByContactAsync(bed.Scope, IdType.OpenId, true, [Email(Bed.Email)], Bed.Call);

        Assert.Equal(expected, Assert.Single(outcome.Value!).Status);
    }

    // Reference §0: what a row has besides is not looked at, and an empty text is none.
    [Fact]
    public async Task FindByContactAsync_RowWithMoreInIt_IsRead()
    {
        await using var bed = new Bed().Answering(Bed.Ok("""{"more":{"a":[]},"user_list":[{"x":{"user_id":"ou_bob"},"mobile":"","email":"ada@ex.test","y":[[1],{}],"user_id":"ou_ada","status":{},"z":null}],"n":1}"""));

        var outcome = await bed.Directory.FindByContactAsync(bed.Scope, IdType.OpenId, false, [Email(Bed.Email)], Bed.Call);

        Assert.Equal(new ContactRow(Email(Bed.Email), "ou_ada", null), Assert.Single(outcome.Value!));
    }

    [Fact]
    public async Task FindByContactAsync_MoreThanTheLimitOfOneKind_Throws()
    {
        await using var bed = new Bed();
        Contact[] contacts = [.. Enumerable.Range(0, 51).Select(i => Email($"u{i}@ex.test"))];

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => bed.Directory.FindByContactAsync(bed.Scope, IdType.OpenId, false, contacts, Bed.Call));
    }
}
