using IdentityGrpc.Core.Caching;
using IdentityGrpc.V1;

namespace IdentityGrpc.Server.Tests.Rules;

/// <summary>
/// R14 to R18: ids that change hands. No event tells the service here, so a changed answer is right at once for who asks with
/// <c>max_age</c> zero, and for everybody when its lifetime has passed. With events: <see cref="MutabilityByEventsTests"/>.
/// </summary>
public class MutabilityTests(RuleServer server) : IClassFixture<RuleServer>
{
    private static readonly TimeSpan s_lifetime = new CacheOptions().UserIdFor;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task R14_UserIdChanged_IsKnownOnRequestAndWhenItsLifetimeHasPassed(bool onRequest)
    {
        string old = $"r14-old-{onRequest}", changed = $"r14-new-{onRequest}", email = $"ada.r14.{onRequest}@sandbox.example";
        var user = await server.HireAsync(new { name = "Ada", email, user_id = old });
        var identity = new Identity { OpenId = user.OpenIds["default"], UnionId = user.UnionIds["sandbox"], UserId = old };
        foreach (string id in (string[])[old, identity.OpenId, identity.UnionId]) Assert.Equal(identity, (await server.ConvertAsync("default", id)).Identity);
        Assert.Equal(identity, (await server.ResolveAsync("default", email)).Identity);

        await server.ChangeAsync(user, new { user_id = changed });
        if (!onRequest) server.Clock.Advance(s_lifetime);

        identity.UserId = changed;
        var freshness = onRequest ? RuleServer.Fresh : null;
        Assert.Equal(UnresolvedReason.NotFoundOrNotVisible, (await server.ConvertAsync("default", old, r => r.Freshness = freshness)).Unresolved?.Reason);
        foreach (string id in (string[])[changed, identity.OpenId, identity.UnionId]) Assert.Equal(identity, (await server.ConvertAsync("default", id, r => r.Freshness = freshness)).Identity);
        Assert.Equal(identity, (await server.ResolveAsync("default", email, r => r.Freshness = freshness)).Identity);
    }

    [Fact]
    public async Task R15_IdGivenAgain_DoesNotBringItsFormerHolderBack()
    {
        var former = await server.HireAsync(new { name = "Ada", user_id = "r15" });
        await server.RemoveAsync(former);
        var holder = await server.HireAsync(new { name = "Grace", user_id = "r15" });
        Assert.NotEqual((former.OpenIds["default"], former.UnionIds["sandbox"]), (holder.OpenIds["default"], holder.UnionIds["sandbox"]));
        Assert.Equal(holder.OpenIds["default"], (await server.ConvertAsync("default", "r15")).Identity?.OpenId);
        Assert.Equal(UnresolvedReason.NotFoundOrNotVisible, (await server.ConvertAsync("default", former.OpenIds["default"])).Unresolved?.Reason);

        var closed = await server.FoundDepartmentAsync(new { name = "Ops", department_id = "R15" });
        await server.DeleteDepartmentAsync(closed);
        var opened = await server.FoundDepartmentAsync(new { name = "Ops", department_id = "R15" });
        Assert.NotEqual(closed.OpenDepartmentId, opened.OpenDepartmentId);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task R16_UserIdGivenToSomebodyElse_FindsTheNewHolder(bool onRequest)
    {
        string userId = $"r16-{onRequest}";
        var former = await server.HireAsync(new { name = "Ada", user_id = userId });
        foreach (bool resigned in (bool[])[false, true]) Assert.Equal(former.OpenIds["default"], (await server.ConvertAsync("default", userId, r => r.IncludeResigned = resigned)).Identity?.OpenId);

        await server.ResignAsync(former);
        var holder = await server.HireAsync(new { name = "Grace", user_id = userId });
        if (!onRequest) server.Clock.Advance(s_lifetime);

        foreach (bool resigned in (bool[])[false, true])
        {
            var answer = await server.ConvertAsync("default", userId, r => (r.IncludeResigned, r.Freshness) = (resigned, onRequest ? RuleServer.Fresh : null));
            Assert.Equal(new Identity { OpenId = holder.OpenIds["default"], UnionId = holder.UnionIds["sandbox"], UserId = userId }, answer.Identity);
        }
    }

    // The former holder still carries the user_id, and must not be found under it for having been read lately.
    [Fact]
    public async Task R16_FormerHolderReadBefore_IsNotFoundUnderTheUserId()
    {
        var former = await server.HireAsync(new { name = "Ada", email = "ada.r16@sandbox.example", user_id = "r16-shared" });
        await server.ResignAsync(former);
        var holder = await server.HireAsync(new { name = "Grace", user_id = "r16-shared" });
        var read = await server.ResolveAsync("default", "ada.r16@sandbox.example", r => r.IncludeResigned = true);
        Assert.Equal(new Identity { OpenId = former.OpenIds["default"], UnionId = former.UnionIds["sandbox"], UserId = "r16-shared" }, read.Identity);
        var answer = await server.ConvertAsync("default", "r16-shared", r => r.IncludeResigned = true);
        Assert.Equal(holder.OpenIds["default"], answer.Identity?.OpenId);
    }

    [Fact]
    public async Task R17_DepartmentIdGivenToAnotherDepartment_WalksThatOne()
    {
        var closed = await server.FoundDepartmentAsync(new { name = "Ops", department_id = "R17" });
        var former = await server.HireAsync(new { name = "Ada", department_ids = new[] { closed.OpenDepartmentId } });
        Assert.Equal([former.OpenIds["default"]], await server.WalkAsync("default", "R17"));

        await server.DeleteDepartmentAsync(closed);
        var opened = await server.FoundDepartmentAsync(new { name = "Support", department_id = "R17" });
        var member = await server.HireAsync(new { name = "Grace", department_ids = new[] { opened.OpenDepartmentId } });
        server.Clock.Advance(s_lifetime);
        Assert.Equal([member.OpenIds["default"]], await server.WalkAsync("default", "R17"));
    }

    [Fact]
    public async Task R18_PersonWhoLeftAndCameBack_IsFoundUnderTheNewUserIdOnly()
    {
        const string Email = "ada.r18@sandbox.example";
        var user = await server.HireAsync(new { name = "Ada", email = Email, user_id = "r18-first" });
        Assert.Equal("r18-first", (await server.ResolveAsync("default", Email)).Identity?.UserId);
        var left = await server.ResignAsync(user);
        Assert.Equal(UnresolvedReason.NotFoundOrNotVisible, (await server.ResolveAsync("default", Email, r => r.Freshness = RuleServer.Fresh)).Unresolved?.Reason);
        await server.ChangeAsync(left, new { status = "activated", user_id = "r18-second" });
        server.Clock.Advance(s_lifetime);
        Assert.Equal("r18-second", (await server.ResolveAsync("default", Email)).Identity?.UserId);
        Assert.Equal(UnresolvedReason.NotFoundOrNotVisible, (await server.ConvertAsync("default", "r18-first")).Unresolved?.Reason);
    }
}
