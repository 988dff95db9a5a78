using IdentityGrpc.Testing;
using IdentityGrpc.V1;

namespace IdentityGrpc.Server.Tests.Rules;

/// <summary>
/// R14, R16, R18 and R22 with events: what has changed is right for everybody once the service tells of it, long before
/// any lifetime has passed.
/// </summary>
public class MutabilityByEventsTests(EventRuleServer server) : IClassFixture<EventRuleServer>
{
    [Fact]
    public async Task R14_UserIdChanged_IsKnownByItsEvent()
    {
        var user = await server.HireAsync(new { name = "Ada", email = "ada.r14e@sandbox.example", user_id = "r14e-old" });
        var identity = new Identity { OpenId = user.OpenIds["default"], UnionId = user.UnionIds["sandbox"], UserId = "r14e-old" };
        foreach (string id in (string[])["r14e-old", identity.OpenId, identity.UnionId]) Assert.Equal(identity, (await server.ConvertAsync("default", id)).Identity);
        Assert.Equal(identity, (await server.ResolveAsync("default", "ada.r14e@sandbox.example")).Identity);

        await server.AndToldAsync("default", () => server.ChangeAsync(user, new { user_id = "r14e-new" }), (_, told) => told.UserIds.Contains("r14e-old") && told.UserIds.Contains("r14e-new"));

        identity.UserId = "r14e-new";
        Assert.Equal(UnresolvedReason.NotFoundOrNotVisible, (await server.ConvertAsync("default", "r14e-old")).Unresolved?.Reason);
        foreach (string id in (string[])["r14e-new", identity.OpenId, identity.UnionId]) Assert.Equal(identity, (await server.ConvertAsync("default", id)).Identity);
        Assert.Equal(identity, (await server.ResolveAsync("default", "ada.r14e@sandbox.example")).Identity);
    }

    [Fact]
    public async Task R16_UserIdGivenToSomebodyElse_IsKnownByItsEvents()
    {
        var former = await server.HireAsync(new { name = "Ada", user_id = "r16e" });
        foreach (bool resigned in (bool[])[false, true]) Assert.Equal(former.OpenIds["default"], (await server.ConvertAsync("default", "r16e", r => r.IncludeResigned = resigned)).Identity?.OpenId);

        var holder = await server.AndToldAsync("default", async () =>
        {
            await server.ResignAsync(former);
            return await server.HireAsync(new { name = "Grace", user_id = "r16e" });
        }, IsAbout);

        foreach (bool resigned in (bool[])[false, true])
        {
            var answer = await server.ConvertAsync("default", "r16e", r => r.IncludeResigned = resigned);
            Assert.Equal(new Identity { OpenId = holder.OpenIds["default"], UnionId = holder.UnionIds["sandbox"], UserId = "r16e" }, answer.Identity);
        }
    }

    [Fact]
    public async Task R18_PersonWhoCameBack_IsKnownByItsEventThoughNotFoundBefore()
    {
        const string Email = "ada.r18e@sandbox.example";
        var user = await server.HireAsync(new { name = "Ada", email = Email, user_id = "r18e-first" });
        Assert.Equal("r18e-first", (await server.ResolveAsync("default", Email)).Identity?.UserId);
        var left = await server.AndToldAsync("default", () => server.ResignAsync(user), (_, told) => told.Kind == ChangeKind.UserDeleted && told.OpenIds.Contains(user.OpenIds["default"]));
        Assert.Equal(UnresolvedReason.NotFoundOrNotVisible, (await server.ResolveAsync("default", Email)).Unresolved?.Reason);
        await server.AndToldAsync("default", () => server.ChangeAsync(left, new { status = "activated", user_id = "r18e-second" }), IsAbout);
        Assert.Equal("r18e-second", (await server.ResolveAsync("default", Email)).Identity?.UserId);
        Assert.Equal(UnresolvedReason.NotFoundOrNotVisible, (await server.ConvertAsync("default", "r18e-first")).Unresolved?.Reason);
    }

    [Fact]
    public async Task Contact_MovedToSomebodyElse_IsKnownByItsEventsToAnAppThatMayNotSeeContacts()
    {
        const string Email = "desk.moved@sandbox.example";
        await using var _ = await server.PublishWithoutAsync("sibling", "contact:user.email:readonly");
        var first = await server.HireAsync(new { name = "Ada", email = Email });
        Assert.Equal(first.OpenIds["sibling"], (await server.ResolveAsync("sibling", Email)).Identity?.OpenId);
        var second = await server.AndToldAsync("sibling", async () =>
        {
            await server.ChangeAsync(first, new { email = (string?)null });
            return await server.HireAsync(new { name = "Grace", email = Email });
        }, (made, told) => told.OpenIds.Contains(made.OpenIds["sibling"]));
        Assert.Equal(second.OpenIds["sibling"], (await server.ResolveAsync("sibling", Email)).Identity?.OpenId);
    }

    [Fact]
    public async Task Negative_PersonHired_IsFoundByEventThoughNotFoundBefore()
    {
        const string Email = "hired.later@sandbox.example";
        Assert.Equal(UnresolvedReason.NotFoundOrNotVisible, (await server.ResolveAsync("default", Email)).Unresolved?.Reason);
        var user = await server.AndToldAsync("default", () => server.HireAsync(new { name = "Ada", email = Email }), IsAbout);
        Assert.Equal(user.OpenIds["default"], (await server.ResolveAsync("default", Email)).Identity?.OpenId);
    }

    [Fact]
    public async Task R22_ContactScopeCut_IsKnownByItsEvent()
    {
        var user = await server.HireAsync(new { name = "Ada", user_id = "r22e" });
        Assert.Equal(user.OpenIds["stranger"], (await server.ConvertAsync("stranger", "r22e")).Identity?.OpenId);
        var other = (await server.StaffAsync()).First(u => u.UserId != "r22e");
        IAsyncDisposable undo = await server.AndToldAsync("stranger", () => server.PublishAsync("stranger", new { contact_scope = new { all = false, user_ids = new[] { other.UserId } } }),
            (_, told) => told is { Kind: ChangeKind.ScopeUpdated, ConcernsEverybody: true });
        await using (undo) Assert.Equal(UnresolvedReason.NotFoundOrNotVisible, (await server.ConvertAsync("stranger", "r22e")).Unresolved?.Reason);
    }

    // An app without the scope of user_ids is not told any.
    [Fact]
    public async Task Watch_AppWithoutUserIds_IsToldNone()
    {
        var department = (await server.NarrowScopeAsync()).First();
        await server.AndToldAsync("narrow", () => server.HireAsync(new { name = "Ada", user_id = "hidden-1", department_ids = new[] { department } }), (made, told) =>
        {
            Assert.Empty(told.UserIds);
            return told.OpenIds.Contains(made.OpenIds["narrow"]);
        });
    }

    // The ticket of a store app comes by event alone.
    [Fact]
    public async Task StoreApp_TakesItsTicketByEventAndWorks()
    {
        while (await DeliveredAsync("store") == 0)
        {
        }
        var (here, there) = await server.TwinsAsync();
        foreach (var user in (TrueUser[])[here, there])
        {
            var answer = await server.ConvertAsync("store", user.UserId, r => r.TenantKey = user.TenantKey);
            Assert.Equal(user.OpenIds["store"], answer.Identity?.OpenId);
        }
    }

    private async Task<long> DeliveredAsync(string app)
    {
        var list = await server.Truth.SendAsync(HttpMethod.Get, "subscriptions", cancellationToken: RuleServer.Stop);
        return list.GetProperty("subscriptions").EnumerateArray().Single(s => s.GetProperty("app").GetString() == app).GetProperty("delivered").GetInt64();
    }

    private static bool IsAbout(TrueUser user, IdentityChange told) => told.OpenIds.Contains(user.OpenIds["default"]);
}
