using Grpc.Core;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Server.Tests.Fixtures;
using IdentityGrpc.Testing;
using IdentityGrpc.V1;
using DepartmentIdType = IdentityGrpc.V1.DepartmentIdType;

namespace IdentityGrpc.Server.Tests.Rules;

/// <summary>R32 to R41: how people and departments are listed, and what a listing leaves out.</summary>
public class EnumerationTests(RuleServer server) : IClassFixture<RuleServer>
{
    private const string Departments = "/open-apis/contact/v3/departments";

    [Fact]
    public async Task R32_AllEmployees_AreTheMembersOfAllDepartmentsAndTheRoot()
    {
        await server.Truth.SendAsync(HttpMethod.Delete, "stats", cancellationToken: RuleServer.Stop);
        Assert.Equal(OpenIds(await server.StaffAsync()), await server.WalkAsync("default", "0", r => (r.Recursive, r.Distinct) = (true, true)));
        var calls = (await server.Truth.CallsAsync(RuleServer.Stop)).Where(c => c.App == "default").ToDictionary(c => c.Api, c => c.Calls);
        Assert.Contains($"GET {Departments}/:department_id/children", calls.Keys);
        Assert.True(calls["GET /open-apis/contact/v3/users/find_by_department"] > (await server.DepartmentsAsync()).Count);
        // Without a contact scope of all staff the platform does not list the root's departments.
        var refused = await server.Directory.ListChildrenAsync(server.Scope("narrow"), DepartmentId.Root, true, null, RuleServer.Call);
        Assert.Equal((FailureReason.NoPermission, 40004), (refused.Failure?.Reason, refused.Failure?.Code));
    }

    [Fact]
    public async Task R33_DirectMembersOfTheRoot_AreListedUnderZeroForAllStaffOnly()
    {
        var direct = (await server.StaffAsync()).Where(u => u.DepartmentIds.Contains("0")).ToList();
        Assert.NotEmpty(direct);
        Assert.Equal(OpenIds(direct), await server.WalkAsync("default", "0"));
        var refused = await server.Directory.ListMembersAsync(server.Scope("narrow"), DepartmentId.Root, null, RuleServer.Call);
        Assert.Equal((FailureReason.NoPermission, 40004), (refused.Failure?.Reason, refused.Failure?.Code));
    }

    [Fact]
    public async Task R34_UsersWithoutADepartment_AreTheIndependentMembers()
    {
        var visible = (await server.Truth.AppAsync("narrow", RuleServer.Stop)).ContactScope.DepartmentIds;
        var below = await server.NarrowScopeAsync();
        var staff = await server.StaffAsync();
        var (alone, member) = (staff.First(u => !u.DepartmentIds.Any(below.Contains)), staff.First(u => u.DepartmentIds.Any(below.Contains)));
        await using var published = await server.PublishAsync("narrow", new { contact_scope = new { department_ids = visible, user_ids = new[] { alone.UserId, member.UserId } } });
        var listed = await server.Directory.ListIndependentMembersAsync(server.Scope("narrow"), null, RuleServer.Call);
        Assert.Equal([alone.OpenIds["narrow"]], listed.Value!.Items.Select(m => m.Person.OpenId));
        var all = await server.Directory.ListIndependentMembersAsync(server.Scope("default"), null, RuleServer.Call);
        Assert.Empty(all.Value!.Items);
    }

    [Fact]
    public async Task R35_DepartmentOutsideTheScope_IsAnErrorAndNotAnEmptyList()
    {
        var visible = await server.NarrowScopeAsync();
        string outside = (await server.DepartmentsAsync()).First(d => !visible.Contains(d.OpenDepartmentId)).OpenDepartmentId;
        var failure = await RpcFailures.ExpectAsync(StatusCode.PermissionDenied, () => server.WalkAsync("narrow", outside));
        Assert.Contains("department_id", failure.Violations());
        string token = await server.TenantTokenAsync("narrow");
        foreach (string list in (string[])["users", "users/find_by_department"])
        {
            var answer = await server.AskPlatformAsync($"/open-apis/contact/v3/{list}?department_id={outside}", token);
            Assert.Equal((403, 40004), (answer.Status, answer.Code));
        }
    }

    [Fact]
    public async Task R36_DepartmentsWithoutAParent_AreTheRootOrTheContactScope()
    {
        string all = await server.TenantTokenAsync("default"), narrow = await server.TenantTokenAsync("narrow");
        Assert.Equal(["0"], (await server.AskPlatformAsync(Departments, all)).Texts("open_department_id"));
        var granted = (await server.Truth.AppAsync("narrow", RuleServer.Stop)).ContactScope.DepartmentIds;
        Assert.Equal(granted, (await server.AskPlatformAsync(Departments, narrow)).Texts("open_department_id"));
        Assert.NotEmpty((await server.AskPlatformAsync($"{Departments}?parent_department_id=0", all)).Rows());
        var refused = await server.AskPlatformAsync($"{Departments}?parent_department_id=0", narrow);
        Assert.Equal((403, 40004), (refused.Status, refused.Code));
    }

    [Fact]
    public async Task R37_MembersOfSubDepartments_AreNotMembersOfTheDepartment()
    {
        var (departments, staff) = (await server.DepartmentsAsync(), await server.StaffAsync());
        var parent = departments.First(d => departments.Any(child => child.ParentOpenDepartmentId == d.OpenDepartmentId && staff.Any(u => u.DepartmentIds is [var only] && only == child.OpenDepartmentId)));
        var subtree = await server.SubtreeAsync(parent.OpenDepartmentId);
        var direct = OpenIds(staff.Where(u => u.DepartmentIds.Contains(parent.OpenDepartmentId)));
        var below = OpenIds(staff.Where(u => u.DepartmentIds.Any(subtree.Contains)));
        Assert.NotEqual(direct, below);
        Assert.Equal(direct, await server.WalkAsync("default", parent.OpenDepartmentId));
        Assert.Equal(below, await server.WalkAsync("default", parent.OpenDepartmentId, r => (r.Recursive, r.Distinct) = (true, true)));
    }

    [Fact]
    public async Task R38_DepartmentIds_AreOfTheKindAskedForAndNeverInterchangeable()
    {
        string token = await server.TenantTokenAsync("default");
        foreach (var (type, isOpen) in ((string, bool)[])[("open_department_id", true), ("department_id", false)])
        {
            var members = await server.AskPlatformAsync($"/open-apis/contact/v3/users/find_by_department?department_id=0&department_id_type={type}&page_size=50", token);
            var ids = members.Rows().SelectMany(r => r.GetProperty("department_ids").EnumerateArray()).Select(i => i.GetString()!).Where(i => i != "0").ToList();
            Assert.All(ids, id => Assert.Equal(isOpen, id.StartsWith("od-", StringComparison.Ordinal)));
            var children = await server.AskPlatformAsync($"{Departments}/0/children?fetch_child=true&department_id_type={type}&page_size=50", token);
            Assert.Contains(children.Texts("parent_department_id"), id => id != "0");
            Assert.All(children.Texts("parent_department_id").Where(id => id != "0"), id => Assert.Equal(isOpen, id!.StartsWith("od-", StringComparison.Ordinal)));
        }
        var department = (await server.DepartmentsAsync())[0];
        Assert.Equal(await server.WalkAsync("default", department.OpenDepartmentId), await server.WalkAsync("default", department.DepartmentId));
        await RpcFailures.ExpectAsync(StatusCode.NotFound, () => server.WalkAsync("default", department.OpenDepartmentId, r => r.DepartmentIdType = DepartmentIdType.DepartmentId));
        await RpcFailures.ExpectAsync(StatusCode.NotFound, () => server.WalkAsync("default", department.DepartmentId, r => r.DepartmentIdType = DepartmentIdType.OpenDepartmentId));
    }

    // One answer for three causes: it says all of them.
    [Fact]
    public async Task R39_DepartmentThatIsNotFound_MayBeAbsentOrOfTheOtherKindOrOutOfScope()
    {
        var department = (await server.DepartmentsAsync())[0];
        var absent = await RpcFailures.ExpectAsync(StatusCode.NotFound, () => server.WalkAsync("default", "no-such-department"));
        var wrongKind = await RpcFailures.ExpectAsync(StatusCode.NotFound, () => server.WalkAsync("default", department.DepartmentId, r => r.DepartmentIdType = DepartmentIdType.OpenDepartmentId));
        Assert.Equal(absent.Status.Detail, wrongKind.Status.Detail);
        Assert.All(["does not exist", "of the other kind", "contact scope"], cause => Assert.Contains(cause, absent.Status.Detail, StringComparison.Ordinal));
    }

    [Fact]
    public async Task R40_Search_FindsNeitherExternalNorResignedPeople()
    {
        const string Search = "/open-apis/search/v1/user?query=Zebra&page_size=1";
        TrueUser[] here = [await server.HireAsync(new { name = "Zebra One" }), await server.HireAsync(new { name = "Zebra Two" })];
        await server.ResignAsync(await server.HireAsync(new { name = "Zebra Gone" }));
        await server.HireAsync(new { name = "Zebra Abroad", tenant_key = server.Tenants[1] });
        string token = await server.UserTokenAsync("default", (await server.StaffAsync()).First(u => u.Status == "activated"));

        var first = await server.AskPlatformAsync(Search, token);
        var second = await server.AskPlatformAsync($"{Search}&page_token={first.Data.GetProperty("page_token").GetString()}", token);
        Assert.False(second.Data.GetProperty("has_more").GetBoolean());
        Assert.Equal(here.Select(u => u.OpenIds["default"]), first.Texts("open_id", "users").Concat(second.Texts("open_id", "users")));
        Assert.Empty((await server.AskPlatformAsync($"{Search}&page_token=wrong", token)).Rows("users"));
    }

    [Fact]
    public async Task R41_BatchThatSucceeds_MayLackRowsAndEachKeyIsAnsweredAllTheSame()
    {
        var visible = await server.NarrowScopeAsync();
        var people = (await server.StaffAsync()).GroupBy(u => u.DepartmentIds.Any(visible.Contains)).SelectMany(g => g.Take(3)).ToList();
        string query = string.Join('&', people.Select(u => $"user_ids={u.OpenIds["narrow"]}"));
        var batch = await server.AskPlatformAsync($"/open-apis/contact/v3/users/batch?{query}", await server.TenantTokenAsync("narrow"));
        Assert.Equal((0, "success", 3), (batch.Code, batch.Body.GetProperty("msg").GetString(), batch.Rows().Count));

        var answers = await server.ConvertAllAsync("narrow", people.Select(u => u.OpenIds["narrow"]));
        foreach (var (user, answer) in people.Zip(answers))
        {
            if (user.DepartmentIds.Any(visible.Contains)) Assert.Equal(user.OpenIds["narrow"], answer.Identity?.OpenId);
            else Assert.Equal(UnresolvedReason.NotFoundOrNotVisible, answer.Unresolved?.Reason);
        }
    }

    private static IEnumerable<string> OpenIds(IEnumerable<TrueUser> people) => people.Select(u => u.OpenIds["default"]).Order(StringComparer.Ordinal);
}
