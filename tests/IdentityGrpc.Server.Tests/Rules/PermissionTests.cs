using Grpc.Core;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Server.Tests.Fixtures;
using IdentityGrpc.Testing;
using IdentityGrpc.V1;
using IdType = IdentityGrpc.V1.IdType;

namespace IdentityGrpc.Server.Tests.Rules;

/// <summary>R19 to R24: what an app may see, and what it is told where it may not.</summary>
public class PermissionTests(RuleServer server) : IClassFixture<RuleServer>
{
    private const string ContactIdScope = "contact:user.id:readonly", UserIdScope = "contact:user.employee_id:readonly";
    private const string BaseScope = "contact:contact.base:readonly", WideScope = "contact:contact:readonly_as_app", EmployeeScope = "contact:user.employee:readonly";

    [Fact]
    public async Task R19_InterfaceScopeMissing_IsAnErrorThatNamesItAndAnyOneListedIsEnough()
    {
        var user = await SomebodyAsync();
        await using (await server.PublishWithoutAsync("sibling", BaseScope))
        {
            var refused = (await server.ConvertAsync("sibling", user.OpenIds["sibling"], r => r.Freshness = RuleServer.Fresh)).Unresolved;
            Assert.Equal((UnresolvedReason.NoPermission, BaseScope), (refused?.Reason, refused?.MissingScopes.Single()));
        }
        await using (await server.PublishAsync("sibling", new { scopes = new[] { WideScope } }))
        {
            // users/:id takes the base scope or a wide one; users/batch the base scope only.
            string id = user.OpenIds["sibling"];
            Assert.Equal(id, (await server.Directory.GetUserAsync(server.Scope("sibling"), Core.Identifiers.IdType.OpenId, id, RuleServer.Call)).Value?.OpenId);
            var refused = await server.Directory.GetUsersAsync(server.Scope("sibling"), Core.Identifiers.IdType.OpenId, [id], RuleServer.Call);
            Assert.Equal(FailureReason.NoPermission, refused.Failure?.Reason);
        }
    }

    [Fact]
    public async Task R19_OutsideTheContactScope_IsAnOmissionOfPeopleAndAnErrorOfDepartments()
    {
        var (_, outside) = await InsideAndOutsideAsync();
        Assert.Equal(UnresolvedReason.NotFoundOrNotVisible, (await server.ConvertAsync("narrow", outside.OpenIds["narrow"])).Unresolved?.Reason);
        await RpcFailures.ExpectAsync(StatusCode.PermissionDenied, () => server.WalkAsync("narrow", outside.DepartmentIds[0]));
        // The platform omits people of users/batch and refuses users/:id.
        var batch = await server.Directory.GetUsersAsync(server.Scope("narrow"), Core.Identifiers.IdType.OpenId, [outside.OpenIds["narrow"]], RuleServer.Call);
        Assert.Empty(batch.Value!);
        var single = await server.Directory.GetUserAsync(server.Scope("narrow"), Core.Identifiers.IdType.OpenId, outside.OpenIds["narrow"], RuleServer.Call);
        Assert.Equal(41050, single.Failure?.Code);
    }

    [Fact]
    public async Task R19_FieldScopeMissing_LeavesTheFieldOutAndIsNamed()
    {
        var user = await SomebodyAsync();
        await using var published = await server.PublishWithoutAsync("sibling", EmployeeScope);
        var answer = await server.ConvertAsync("sibling", user.OpenIds["sibling"], r => (r.IncludeStatus, r.Freshness) = (true, RuleServer.Fresh));
        Assert.Equal((user.UserId, V1.UserStatus.Unspecified), (answer.Identity?.UserId, answer.Identity?.Status));
        var withheld = Assert.Single(answer.Identity!.Withheld);
        Assert.Equal("status", withheld.Field);
        Assert.Contains(EmployeeScope, withheld.MissingScopes);
    }

    [Fact]
    public async Task R20_UserIdByContact_TakesTwoScopesAndTheOtherIdsOne()
    {
        var user = await SomebodyAsync();
        await using (await server.PublishWithoutAsync("sibling", UserIdScope))
        {
            var answer = (await server.ResolveAsync("sibling", user.Email!, r => r.Freshness = RuleServer.Fresh)).Identity;
            Assert.Equal((user.OpenIds["sibling"], user.UnionIds["sandbox"], ""), (answer?.OpenId, answer?.UnionId, answer?.UserId));
            var withheld = Assert.Single(answer!.Withheld);
            Assert.Equal((IdType.UserId, UserIdScope), (withheld.IdType, withheld.MissingScopes.Single()));
        }
        await using (await server.PublishWithoutAsync("sibling", ContactIdScope))
        {
            var refused = (await server.ResolveAsync("sibling", user.Email!, r => r.Freshness = RuleServer.Fresh)).Unresolved;
            Assert.Equal((UnresolvedReason.NoPermission, ContactIdScope), (refused?.Reason, refused?.MissingScopes.Single()));
        }
    }

    // Who may open the app is another setting: its login answers for people whom the directory hides from it.
    [Fact]
    public async Task R21_PersonWhoUsesTheApp_MayBeOutsideItsContactScope()
    {
        var (inside, outside) = await InsideAndOutsideAsync();
        string token = await server.UserTokenAsync("narrow", outside);
        var login = await server.AskPlatformAsync("/open-apis/authen/v1/user_info", token);
        Assert.Equal(outside.OpenIds["narrow"], login.Data.GetProperty("open_id").GetString());
        Assert.Equal(UnresolvedReason.NotFoundOrNotVisible, (await server.ResolveAsync("narrow", outside.Email!)).Unresolved?.Reason);
        // And the reverse: nobody has to log in to be seen.
        Assert.Equal(inside.OpenIds["narrow"], (await server.ResolveAsync("narrow", inside.Email!)).Identity?.OpenId);
    }

    [Fact]
    public async Task R22_ContactScope_CountsFromWhenItIsPublished()
    {
        var (inside, outside) = await InsideAndOutsideAsync();
        Assert.Equal(UnresolvedReason.NotFoundOrNotVisible, (await server.ResolveAsync("narrow", outside.Email!)).Unresolved?.Reason);
        Assert.Equal(inside.OpenIds["narrow"], (await server.ResolveAsync("narrow", inside.Email!)).Identity?.OpenId);
        await using (await server.PublishAsync("narrow", new { contact_scope = new { user_ids = new[] { outside.UserId } } }))
        {
            server.Clock.Advance(new Core.Caching.CacheOptions().ContactFor);
            Assert.Equal(outside.OpenIds["narrow"], (await server.ResolveAsync("narrow", outside.Email!)).Identity?.OpenId);
            Assert.Equal(UnresolvedReason.NotFoundOrNotVisible, (await server.ResolveAsync("narrow", inside.Email!)).Unresolved?.Reason);
        }
        Assert.Equal(UnresolvedReason.NotFoundOrNotVisible, (await server.ResolveAsync("narrow", outside.Email!, r => r.Freshness = RuleServer.Fresh)).Unresolved?.Reason);
    }

    [Fact]
    public async Task R23_UserToken_SeesMoreThanTheAppAndItsAnswersAreNotTheApps()
    {
        var (inside, outside) = await InsideAndOutsideAsync();
        string path = $"/open-apis/contact/v3/users/{outside.OpenIds["narrow"]}";
        Assert.Equal(41050, (await server.AskPlatformAsync(path, await server.TenantTokenAsync("narrow"))).Code);
        var seen = await server.AskPlatformAsync(path, await server.UserTokenAsync("narrow", inside));
        Assert.Equal(outside.OpenIds["narrow"], seen.Data.GetProperty("user").GetProperty("open_id").GetString());
        Assert.Equal(UnresolvedReason.NotFoundOrNotVisible, (await server.ConvertAsync("narrow", outside.OpenIds["narrow"])).Unresolved?.Reason);
    }

    [Fact]
    public async Task R24_TokenOfTheWrongApp_GivesNoIdOfAPersonWhoExists()
    {
        var (_, outside) = await InsideAndOutsideAsync();
        Assert.Equal(outside.OpenIds["default"], (await server.ResolveAsync("default", outside.Email!)).Identity?.OpenId);
        Assert.Equal(UnresolvedReason.NotFoundOrNotVisible, (await server.ResolveAsync("narrow", outside.Email!)).Unresolved?.Reason);
        Assert.Equal(UnresolvedReason.CrossAppId, (await server.ConvertAsync("narrow", outside.OpenIds["default"])).Unresolved?.Reason);
    }

    private async Task<TrueUser> SomebodyAsync() => (await server.StaffAsync()).First(u => u is { Email: not null, Status: "activated" });

    /// <summary>Somebody whom the app <c>narrow</c> sees, and somebody whom it does not.</summary>
    private async Task<(TrueUser Inside, TrueUser Outside)> InsideAndOutsideAsync()
    {
        server.Clock.Advance(new Core.Caching.CacheOptions().IdsFor); // what other tests have seen under other scopes is forgotten
        var visible = await server.NarrowScopeAsync();
        var people = (await server.StaffAsync()).Where(u => u is { Email: not null, Status: "activated" } && u.DepartmentIds[0] != "0").ToList();
        return (people.First(u => u.DepartmentIds.Any(visible.Contains)), people.First(u => !u.DepartmentIds.Any(visible.Contains)));
    }
}
