using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Feishu.Tests.Platform;

/// <summary>The rules R14–R18 of the reference: what the platform itself says after a change. What caches make of it is tested where they are.</summary>
public sealed class ChangeRulesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task R14_UserIdChanged_OldOneIsUnknownAndNewOneIsThePerson()
    {
        await using var bed = await SandboxBed.StartAsync();
        var user = bed.Someone;

        await bed.ChangeUserAsync(user, new { user_id = "changed-1" });

        Assert.Equal([user.UserId], (await bed.GetAsync(IdType.UserId, bed.Scope(), user.UserId)).Failure!.InvalidIds!);
        Assert.Equal(user.OpenIds["default"], Assert.Single(SandboxBed.Value(await bed.GetAsync(IdType.UserId, bed.Scope(), "changed-1"))).OpenId);
    }

    [Fact]
    public async Task R15_R16_UserIdReused_IsTheNewPersonNeverTheOld()
    {
        await using var bed = await SandboxBed.StartAsync();
        var user = bed.Someone;

        await bed.Truth.SendAsync(HttpMethod.Delete, $"users/{user.TenantKey}/{user.UserId}", cancellationToken: Cancellation);
        await bed.Truth.SendAsync(HttpMethod.Post, "users", new { tenant_key = user.TenantKey, name = "Successor", user_id = user.UserId, email = "successor@sandbox.example" }, Cancellation);

        var person = Assert.Single(SandboxBed.Value(await bed.GetAsync(IdType.UserId, bed.Scope(), user.UserId)));
        Assert.NotEqual(user.OpenIds["default"], person.OpenId);
        Assert.Equal(person.OpenId, (await bed.FindAsync(SandboxBed.Email("successor@sandbox.example"))).Id);
        Assert.Null((await bed.FindAsync(SandboxBed.Email(user.Email!), includeResigned: true)).Id);
    }

    [Fact]
    public async Task R17_DepartmentIdReused_IsTheNewDepartment()
    {
        await using var bed = await SandboxBed.StartAsync();
        string old = await CreateAsync();
        await bed.Truth.SendAsync(HttpMethod.Delete, $"departments/{old}", cancellationToken: Cancellation);
        string fresh = await CreateAsync();

        var read = await bed.Directory.GetDepartmentAsync(bed.Scope(), new(DepartmentIdType.DepartmentId, "D-REUSED"), Wire.Bed.Call);

        Assert.NotEqual(old, fresh);
        Assert.Equal(fresh, read.Value!.OpenDepartmentId);
        async Task<string> CreateAsync() => (await bed.Truth.SendAsync(HttpMethod.Post, "departments",
            new { tenant_key = bed.MainTenant, name = "Reused", department_id = "D-REUSED" }, Cancellation)).GetProperty("open_department_id").GetString()!;
    }

    [Fact]
    public async Task R18_PersonLeavesAndComesBack_IsFoundAgain()
    {
        await using var bed = await SandboxBed.StartAsync();
        var user = bed.Someone;
        var contact = SandboxBed.Email(user.Email!);

        await bed.ChangeUserAsync(user, new { status = "resigned" });
        Assert.Null((await bed.FindAsync(contact)).Id);
        Assert.Equal(UserStatus.Resigned, (await bed.FindAsync(contact, includeResigned: true)).Status);
        await bed.Truth.SendAsync(HttpMethod.Post, "users", new { tenant_key = user.TenantKey, name = user.Name, email = "again@sandbox.example", user_id = "again-1" }, Cancellation);

        Assert.NotNull((await bed.FindAsync(SandboxBed.Email("again@sandbox.example"))).Id);
    }
}
