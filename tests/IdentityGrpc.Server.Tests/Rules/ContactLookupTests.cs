using IdentityGrpc.V1;

namespace IdentityGrpc.Server.Tests.Rules;

/// <summary>R25 to R31: who is found by an e-mail or a mobile, and how.</summary>
public class ContactLookupTests(RuleServer server) : IClassFixture<RuleServer>
{
    private const string Lookup = "/open-apis/contact/v3/users/batch_get_id";

    [Theory]
    [InlineData("nobody.r25@sandbox.example", "emails", "email")]
    [InlineData("+41440000025", "mobiles", "mobile")]
    public async Task R25_UnknownContact_IsEchoedWithoutAnId(string contact, string list, string name)
    {
        var answer = await server.AskPlatformAsync(HttpMethod.Post, Lookup, await server.TenantTokenAsync("default"), new Dictionary<string, string[]> { [list] = [contact] });
        Assert.Equal((200, 0), (answer.Status, answer.Code));
        var row = Assert.Single(answer.Rows("user_list"));
        Assert.Equal((name, contact), row.EnumerateObject().Select(p => (p.Name, p.Value.GetString())).Single());
        Assert.Equal(UnresolvedReason.NotFoundOrNotVisible, (await server.ResolveAsync("default", contact)).Unresolved?.Reason);
    }

    [Fact]
    public async Task R26_EnterpriseEmail_NeverResolvesAndTheOwnEmailDoes()
    {
        var both = (await server.StaffAsync()).Where(u => u is { Email: not null, EnterpriseEmail: not null }).ToList();
        Assert.NotEmpty(both);
        foreach (var user in both)
        {
            Assert.Equal(UnresolvedReason.NotFoundOrNotVisible, (await server.ResolveAsync("default", user.EnterpriseEmail!)).Unresolved?.Reason);
            Assert.Equal(user.OpenIds["default"], (await server.ResolveAsync("default", user.Email!)).Identity?.OpenId);
        }
    }

    [Fact]
    public async Task R27_ResignedPerson_ResolvesOnRequestOnly()
    {
        var resigned = (await server.UsersAsync()).Where(u => u.IsResigned && (u.Email ?? u.Mobile) is not null).ToList();
        Assert.NotEmpty(resigned);
        foreach (var user in resigned)
        {
            string contact = user.Email ?? user.Mobile!;
            // Both ways round: neither answer may stand in for the other.
            foreach (bool include in (bool[])[true, false, true])
            {
                var answer = await server.ResolveAsync("default", contact, r => r.IncludeResigned = include);
                if (include) Assert.Equal(user.OpenIds["default"], answer.Identity?.OpenId);
                else Assert.Equal(UnresolvedReason.NotFoundOrNotVisible, answer.Unresolved?.Reason);
            }
        }
    }

    [Fact]
    public async Task R28_ResignedPersonsDetails_ComeFromTheSingleUserCall()
    {
        var user = (await server.UsersAsync()).First(u => u is { IsResigned: true, Email: not null });
        long before = await SingleCallsAsync();
        var answer = await server.ResolveAsync("default", user.Email!, r => (r.IncludeResigned, r.IncludeStatus, r.Freshness) = (true, true, RuleServer.Fresh));
        Assert.Equal(new Identity { OpenId = user.OpenIds["default"], UnionId = user.UnionIds["sandbox"], UserId = user.UserId, Status = UserStatus.Resigned }, answer.Identity);
        Assert.Equal(before + 1, await SingleCallsAsync());

        async Task<long> SingleCallsAsync() =>
            (await server.Truth.CallsAsync(RuleServer.Stop)).Where(c => c is { Api: "GET /open-apis/contact/v3/users/:user_id", App: "default" }).Sum(c => c.Calls);
    }

    // The platform does not tell the invisible from the unknown, and the service does not pretend to.
    [Fact]
    public async Task R29_PersonOutsideTheContactScope_IsAnsweredAsAnUnknownOne()
    {
        var visible = await server.NarrowScopeAsync();
        var outside = (await server.StaffAsync()).First(u => u.Email is not null && !u.DepartmentIds.Any(visible.Contains));
        var (hidden, unknown) = (await server.ResolveAsync("narrow", outside.Email!), await server.ResolveAsync("narrow", "nobody.r29@sandbox.example"));
        Assert.Equal(UnresolvedReason.NotFoundOrNotVisible, hidden.Unresolved?.Reason);
        Assert.Equal(unknown.Unresolved, hidden.Unresolved);
    }

    [Theory]
    [InlineData("open_id")]
    [InlineData("union_id")]
    [InlineData("user_id")]
    public async Task R30_AnyKindOfId_ComesUnderTheNameUserId(string type)
    {
        var user = (await server.StaffAsync()).First(u => u.Email is not null);
        var answer = await server.AskPlatformAsync(HttpMethod.Post, $"{Lookup}?user_id_type={type}", await server.TenantTokenAsync("default"), new { emails = new[] { user.Email } });
        string expected = type switch { "open_id" => user.OpenIds["default"], "union_id" => user.UnionIds["sandbox"], _ => user.UserId };
        Assert.Equal([expected], answer.Texts("user_id", "user_list"));

        // The service puts it where it belongs.
        var wanted = type switch { "open_id" => IdType.OpenId, "union_id" => IdType.UnionId, _ => IdType.UserId };
        var identity = type switch { "open_id" => new Identity { OpenId = expected }, "union_id" => new() { UnionId = expected }, _ => new() { UserId = expected } };
        Assert.Equal(identity, (await server.ResolveAsync("default", user.Email!, r => r.IdTypes.Add(wanted))).Identity);
    }

    [Fact]
    public async Task R31_ContactLookup_TakesATenantTokenAlone()
    {
        var user = (await server.StaffAsync()).First(u => u is { Email: not null, Status: "activated" });
        var body = new { emails = new[] { user.Email } };
        var refused = await server.AskPlatformAsync(HttpMethod.Post, Lookup, await server.UserTokenAsync("default", user), body);
        Assert.Equal((400, 99991668), (refused.Status, refused.Code));
        Assert.Equal(0, (await server.AskPlatformAsync(HttpMethod.Post, Lookup, await server.TenantTokenAsync("default"), body)).Code);
        Assert.Equal(user.OpenIds["default"], (await server.ResolveAsync("default", user.Email!, r => r.Freshness = RuleServer.Fresh)).Identity?.OpenId);
    }
}
