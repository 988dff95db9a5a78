using System.Text.Json;
using Google.Protobuf.Reflection;
using IdentityGrpc.Testing;
using IdentityGrpc.V1;

namespace IdentityGrpc.Server.Tests.Rules;

/// <summary>R1 to R13: what an id means, to whom, and who may see it.</summary>
public class IdentifiersTests(RuleServer server) : IClassFixture<RuleServer>
{
    private const string UserIdScope = "contact:user.employee_id:readonly", EmailScope = "contact:user.email:readonly", MobileScope = "contact:user.phone:readonly";
    private const string LoginUser = "/open-apis/authen/v1/user_info", PassportUser = "/suite/passport/oauth/userinfo";

    [Fact]
    public async Task R1_PersonOfTwoTenants_HasAUserIdInEach()
    {
        var (here, there) = await server.TwinsAsync();
        Assert.NotEqual(here.UserId, there.UserId);
        // In turns: a cache that forgets the tenant would answer one with the other.
        foreach (var twin in (TrueUser[])[here, there, here])
        {
            var answer = await server.ResolveAsync("store", here.Mobile!, r => r.TenantKey = twin.TenantKey);
            Assert.Equal(twin.UserId, answer.Identity?.UserId);
        }
    }

    [Fact]
    public async Task R2_PersonOfTwoApps_HasAnOpenIdInEach()
    {
        var user = (await server.StaffAsync()).First(u => u.Email is not null);
        string[] apps = ["default", "sibling", "stranger"];
        var found = new List<string?>();
        foreach (string app in apps) found.Add((await server.ResolveAsync(app, user.Email!)).Identity?.OpenId);
        Assert.Equal(apps.Select(a => user.OpenIds[a]), found);
        Assert.Equal(apps.Length, found.Distinct().Count());
        Assert.All(found, id => Assert.StartsWith("ou_", id, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("sibling")]
    [InlineData("stranger")]
    public async Task R3_OpenIdOfAnotherApp_IsCrossApp(string other)
    {
        string foreign = (await server.StaffAsync())[0].OpenIds[other];
        Assert.Equal(UnresolvedReason.CrossAppId, (await server.ConvertAsync("default", foreign)).Unresolved?.Reason);
        var answer = await server.AskPlatformAsync($"/open-apis/contact/v3/users/{foreign}", await server.TenantTokenAsync("default"));
        Assert.Equal((400, 99992361), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task R4_UnionId_IsTheSameForAppsOfOneProviderOnly()
    {
        var user = (await server.StaffAsync())[0];
        string[] found = [await UnionIdAsync("default"), await UnionIdAsync("sibling"), await UnionIdAsync("stranger")];
        Assert.All(found, id => Assert.StartsWith("on_", id, StringComparison.Ordinal));
        Assert.Equal(found[0], found[1]);
        Assert.NotEqual(found[0], found[2]);

        async Task<string> UnionIdAsync(string app) => (await server.ConvertAsync(app, user.OpenIds[app])).Identity.UnionId;
    }

    // Whoever developed an app and wherever it is installed: the organisation alone decides.
    [Fact]
    public async Task R5_Provider_JoinsAllItsAppsAndNoOthers()
    {
        var user = (await server.StaffAsync())[0];
        var apps = (await server.Truth.AppsAsync(RuleServer.Stop)).Where(a => a.Kind == "custom" && a.ContactScope.All).ToList();
        Assert.Equal(2, apps.Select(a => a.Provider).Distinct().Count());
        foreach (var (from, to) in apps.SelectMany(from => apps.Select(to => (from, to))))
        {
            var answer = await server.ConvertAsync(from.Name, user.OpenIds[from.Name], r => r.TargetApp = to.Name);
            if (from.Provider == to.Provider) Assert.Equal(user.OpenIds[to.Name], answer.Identity?.OpenId);
            else Assert.Equal(UnresolvedReason.CrossAppId, answer.Unresolved?.Reason);
        }
    }

    [Fact]
    public async Task R6_PersonOfTwoTenants_IsTwoPeople()
    {
        var (here, there) = await server.TwinsAsync();
        var (first, second) = (await IdentityAsync(here), await IdentityAsync(there));
        Assert.NotEqual(first.OpenId, second.OpenId);
        Assert.NotEqual(first.UnionId, second.UnionId);
        Assert.Equal(UnresolvedReason.CrossTenantId, (await server.ConvertAsync("store", first.UnionId, r => r.TenantKey = there.TenantKey)).Unresolved?.Reason);
        Assert.Equal(UnresolvedReason.NotFoundOrNotVisible, (await server.ConvertAsync("store", first.OpenId, r => r.TenantKey = there.TenantKey)).Unresolved?.Reason);

        async Task<Identity> IdentityAsync(TrueUser twin) => (await server.ResolveAsync("store", here.Mobile!, r => r.TenantKey = twin.TenantKey)).Identity;
    }

    [Fact]
    public async Task R7_WhateverChangesOfAPerson_OpenIdAndUnionIdStay()
    {
        var user = await server.HireAsync(new { name = "Ada", email = "ada.r7@sandbox.example", mobile = "+41446681800" });
        var before = (await server.ConvertAsync("default", user.OpenIds["default"])).Identity;
        await server.AskPlatformAsync(HttpMethod.Patch, $"/open-apis/contact/v3/users/{before.OpenId}/update_user_id", await server.TenantTokenAsync("default"), new { new_user_id = "r7-by-api" });
        await server.ChangeAsync(user with { UserId = "r7-by-api" }, new { name = "Grace", email = "grace.r7@sandbox.example", mobile = "+41446681801", user_id = "r7-again", department_ids = new[] { "0" } });
        var after = (await server.ResolveAsync("default", "grace.r7@sandbox.example", r => r.Freshness = RuleServer.Fresh)).Identity;
        Assert.Equal(new Identity { OpenId = before.OpenId, UnionId = before.UnionId, UserId = "r7-again" }, after);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("E-7@corp.example")]
    [InlineData("a?b=c&d#e%2541+f;g")]
    [InlineData("ou_no_open_id")]
    [InlineData("李雷01")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123")]
    public async Task R8_UserIdOfAnyShape_IsTakenAsItIs(string userId)
    {
        var user = await server.HireAsync(new { name = "Ada", user_id = userId });
        var expected = new Identity { OpenId = user.OpenIds["default"], UnionId = user.UnionIds["sandbox"], UserId = userId };
        Assert.Equal(expected, (await server.ConvertAsync("default", userId, r => r.SourceIdType = IdType.UserId)).Identity);
        // The resigned are asked for by another call, whose path holds the id.
        await server.ResignAsync(user);
        Assert.Equal(expected, (await server.ConvertAsync("default", userId, r => (r.SourceIdType, r.IncludeResigned, r.Freshness) = (IdType.UserId, true, RuleServer.Fresh))).Identity);
    }

    [Fact]
    public async Task R9_LarkId_IsInNoAnswer()
    {
        var user = (await server.StaffAsync()).First(u => u.Status == "activated");
        string tenantToken = await server.TenantTokenAsync("default"), userToken = await server.UserTokenAsync("default", user);
        string open = user.OpenIds["default"];
        PlatformAnswer[] answers =
        [
            await server.AskPlatformAsync($"/open-apis/contact/v3/users/batch?user_ids={open}", tenantToken),
            await server.AskPlatformAsync($"/open-apis/contact/v3/users/{open}", tenantToken),
            await server.AskPlatformAsync("/open-apis/contact/v3/users/find_by_department?department_id=0", tenantToken),
            await server.AskPlatformAsync(LoginUser, userToken),
            await server.AskPlatformAsync(PassportUser, userToken),
        ];
        Assert.All(answers, a => Assert.Contains(open[..3], a.Body.ToString(), StringComparison.Ordinal));
        Assert.All(answers, a => Assert.DoesNotContain("lark_id", a.Body.ToString(), StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(IdentityService.Descriptor.File.Dependencies.Append(IdentityReflection.Descriptor).SelectMany(f => f.MessageTypes).SelectMany(FieldsOf), f => f.Contains("lark", StringComparison.Ordinal));

        static IEnumerable<string> FieldsOf(MessageDescriptor message) => message.Fields.InDeclarationOrder().Select(f => f.Name);
    }

    [Fact]
    public async Task R10_TenantToken_ReachesNobodyOfAnotherTenant()
    {
        var (main, other) = (server.Tenants[0], server.Tenants[1]);
        var mobiles = (await server.StaffAsync()).Select(u => u.Mobile).ToHashSet();
        var foreigner = (await server.UsersAsync(other)).First(u => u is { IsResigned: false, Email: not null, Mobile: not null } && !mobiles.Contains(u.Mobile));
        Assert.Equal(foreigner.OpenIds["store"], (await server.ResolveAsync("store", foreigner.Email!, r => r.TenantKey = other)).Identity?.OpenId);
        foreach (string contact in (string[])[foreigner.Email!, foreigner.Mobile!])
        {
            Assert.Equal(UnresolvedReason.NotFoundOrNotVisible, (await server.ResolveAsync("store", contact, r => r.TenantKey = main)).Unresolved?.Reason);
            Assert.Equal(UnresolvedReason.NotFoundOrNotVisible, (await server.ResolveAsync("default", contact)).Unresolved?.Reason);
        }
        foreach (string id in (string[])[foreigner.OpenIds["store"], foreigner.UnionIds["isv"], foreigner.UserId])
        {
            Assert.NotNull((await server.ConvertAsync("store", id, r => r.TenantKey = main)).Unresolved);
        }
        var here = await server.WalkAsync("store", "0", r => (r.TenantKey, r.Recursive, r.Distinct) = (main, true, true));
        Assert.Equal((await server.StaffAsync()).Select(u => u.OpenIds["store"]).Order(StringComparer.Ordinal), here);
    }

    [Fact]
    public async Task R11_UnionId_FindsTheSamePersonInEachAppOfTheProvider()
    {
        var staff = await server.StaffAsync();
        foreach (string app in (string[])["default", "sibling"])
        {
            var answers = await server.ConvertAllAsync(app, staff.Select(u => u.UnionIds["sandbox"]));
            Assert.Equal(staff.Select(u => u.OpenIds[app]), answers.Select(a => a.Identity?.OpenId));
        }
    }

    [Fact]
    public async Task R12_LoginUserInfo_HoldsTheTenantAndItsTwoNamesForTheSame()
    {
        var user = (await server.StaffAsync()).First(u => u.Status == "activated");
        string token = await server.UserTokenAsync("default", user);
        var passport = (await server.AskPlatformAsync(PassportUser, token)).Body;
        foreach (var info in (JsonElement[])[passport, (await server.AskPlatformAsync(LoginUser, token)).Data])
        {
            Assert.Equal(user.TenantKey, info.GetProperty("tenant_key").GetString());
            Assert.Equal(user.OpenIds["default"], info.GetProperty("open_id").GetString());
            Assert.Equal(user.UnionIds["sandbox"], info.GetProperty("union_id").GetString());
        }
        Assert.Equal(passport.GetProperty("open_id").GetString(), passport.GetProperty("sub").GetString());
        Assert.Equal(passport.GetProperty("avatar_url").GetString(), passport.GetProperty("picture").GetString());
    }

    [Theory]
    [InlineData("default", UserIdScope, "user_id employee_no")]
    [InlineData("default", EmailScope, "email")]
    [InlineData("default", MobileScope, "mobile")]
    [InlineData("store", UserIdScope, "")]
    public async Task R13_LoginUserInfo_HoldsWhatItsScopesShow(string app, string scope, string shown)
    {
        string[] guarded = ["user_id", "employee_no", "email", "mobile"];
        var user = (await server.StaffAsync()).First(u => u is { Status: "activated", Email: not null, Mobile: not null });
        string token = await server.UserTokenAsync(app, user, scope);
        foreach (var info in (JsonElement[])[(await server.AskPlatformAsync(PassportUser, token)).Body, (await server.AskPlatformAsync(LoginUser, token)).Data])
        {
            Assert.Equal(shown, string.Join(' ', guarded.Where(name => info.TryGetProperty(name, out _))));
        }
    }
}
