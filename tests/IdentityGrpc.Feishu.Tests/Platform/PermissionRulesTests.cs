using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Feishu.Tests.Platform;

/// <summary>The rules R19–R23 of the reference: three gates, each with its own answer.</summary>
public sealed class PermissionRulesTests
{
    private const string Base = "contact:contact.base:readonly", ById = "contact:user.id:readonly", UserId = "contact:user.employee_id:readonly";

    [Fact]
    public async Task R19_InterfaceScopeMissing_NamesTheScopes()
    {
        await using var bed = await SandboxBed.StartAsync();
        await bed.ChangeAppAsync("default", new { scopes = new[] { UserId } });

        var find = await bed.Directory.FindByContactAsync(bed.Scope(), IdType.OpenId, false, [SandboxBed.Email(bed.Someone.Email!)], Wire.Bed.Call);
        var get = await bed.GetAsync(IdType.OpenId, bed.Scope(), bed.Someone.OpenIds["default"]);

        Assert.Equal((FailureReason.NoPermission, 99991672), (find.Failure!.Reason, find.Failure.Code));
        Assert.Equal([ById], find.Failure.MissingScopes);
        Assert.Equal([Base], get.Failure!.MissingScopes);
    }

    [Fact]
    public async Task R19_R20_FieldScopeMissing_LeavesTheFieldOutAndTheCallSucceeds()
    {
        await using var bed = await SandboxBed.StartAsync();
        await bed.ChangeAppAsync("default", new { scopes = new[] { Base, ById } });
        var user = bed.Someone;

        var person = Assert.Single(SandboxBed.Value(await bed.GetAsync(IdType.OpenId, bed.Scope(), user.OpenIds["default"])));

        Assert.Equal(new Person { OpenId = user.OpenIds["default"], UnionId = user.UnionIds[bed.Apps["default"].Provider] }, person);
        Assert.Equal(user.OpenIds["default"], (await bed.FindAsync(SandboxBed.Email(user.Email!))).Id);
        Assert.Null((await bed.FindAsync(SandboxBed.Email(user.Email!), IdType.UserId)).Id);
    }

    [Fact]
    public async Task R20_U9_UserIdScopeMissingAndThePlatformRefuses_IsNoPermission()
    {
        await using var bed = await SandboxBed.StartAsync(("Switches:U9", "fail"));
        await bed.ChangeAppAsync("default", new { scopes = new[] { Base, ById } });

        var outcome = await bed.Directory.FindByContactAsync(bed.Scope(), IdType.UserId, false, [SandboxBed.Email(bed.Someone.Email!)], Wire.Bed.Call);

        Assert.Equal(FailureReason.NoPermission, outcome.Failure!.Reason);
        Assert.Contains(UserId, outcome.Failure.MissingScopes);
    }

    [Fact]
    public async Task R19_R21_R29_OutsideTheContactScope_IsOmittedOrNotVisible()
    {
        await using var bed = await SandboxBed.StartAsync();
        var narrow = bed.Scope("narrow");
        string allowed = bed.Apps["narrow"].ContactScope.DepartmentIds[0];
        var below = await bed.ChildrenAsync(DepartmentId.Open(allowed), descendants: true);
        HashSet<string> seen = [allowed, .. below.Select(department => department.OpenDepartmentId)];
        var inside = bed.Main.First(user => !user.IsResigned && user.Email is not null && user.DepartmentIds.Any(seen.Contains));
        var outside = bed.Main.First(user => !user.IsResigned && user.Email is not null && !user.DepartmentIds.Any(seen.Contains));

        var both = SandboxBed.Value(await bed.GetAsync(IdType.OpenId, narrow, inside.OpenIds["narrow"], outside.OpenIds["narrow"]));
        var single = await bed.Directory.GetUserAsync(narrow, IdType.OpenId, outside.OpenIds["narrow"], Wire.Bed.Call);

        Assert.Equal(inside.OpenIds["narrow"], Assert.Single(both).OpenId);
        Assert.Equal((FailureReason.NotFoundOrNotVisible, 41050), (single.Failure!.Reason, single.Failure.Code));
        Assert.Null((await bed.FindAsync(SandboxBed.Email(outside.Email!), scope: narrow)).Id);
        Assert.Equal(inside.OpenIds["narrow"], (await bed.FindAsync(SandboxBed.Email(inside.Email!), scope: narrow)).Id);
    }

    [Fact]
    public async Task R22_ScopeChanged_CountsAtOnce()
    {
        await using var bed = await SandboxBed.StartAsync();
        var contact = SandboxBed.Email(bed.Someone.Email!);
        Assert.NotNull((await bed.FindAsync(contact)).Id);

        await bed.ChangeAppAsync("default", new { contact_scope = new { all = false } });
        Assert.Null((await bed.FindAsync(contact)).Id);

        await bed.ChangeAppAsync("default", new { contact_scope = new { all = true } });
        Assert.NotNull((await bed.FindAsync(contact)).Id);
    }
}
