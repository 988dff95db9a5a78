using IdentityGrpc.Core.Directory;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Feishu.Tests.Platform;

/// <summary>The rules R32–R39 of the reference, over HTTP.</summary>
public sealed class EnumerationRulesTests(SharedSandboxBed shared) : IClassFixture<SharedSandboxBed>
{
    private readonly SandboxBed _bed = shared.Bed;

    [Fact]
    public async Task R32_R33_DepartmentsThenMembersOfEach_AreTheWholeTenant()
    {
        var truth = await DepartmentsAsync();
        var departments = await _bed.ChildrenAsync(DepartmentId.Root, descendants: true);
        Assert.Equal(truth.Select(department => (department.OpenDepartmentId, department.ParentOpenDepartmentId)).Order(),
            departments.Select(department => (department.OpenDepartmentId, department.ParentOpenDepartmentId!)).Order());

        var found = new HashSet<string>();
        foreach (string department in departments.Select(department => department.OpenDepartmentId).Append("0"))
            found.UnionWith((await _bed.MembersAsync(DepartmentId.Open(department))).Select(member => member.Person.OpenId));

        Assert.Equal(_bed.Main.Where(user => !user.IsResigned).Select(user => user.OpenIds["default"]).Order(), found.Order());
    }

    [Fact]
    public async Task R33_Root_IsReadUnderEitherKind()
    {
        var open = SandboxBed.Value(await _bed.Directory.GetDepartmentAsync(_bed.Scope(), DepartmentId.Root, Wire.Bed.Call));
        var custom = SandboxBed.Value(await _bed.Directory.GetDepartmentAsync(_bed.Scope(), new(DepartmentIdType.DepartmentId, "0"), Wire.Bed.Call));

        Assert.Equal("0", open.OpenDepartmentId);
        Assert.Equal(open, custom);
        Assert.NotNull(open.MemberCount);
    }

    [Fact]
    public async Task R34_IndependentMembers_AreListedWithoutADepartment()
    {
        await using var bed = await SandboxBed.StartAsync();
        var loner = bed.Someone;
        await bed.ChangeAppAsync("default", new { contact_scope = new { all = false, user_ids = new[] { loner.UserId } } });

        var page = SandboxBed.Value(await bed.Directory.ListIndependentMembersAsync(bed.Scope(), null, Wire.Bed.Call));
        var scopes = SandboxBed.Value(await bed.Directory.ListScopesAsync(bed.Scope(), null, Wire.Bed.Call));

        Assert.Equal(loner.OpenIds["default"], Assert.Single(page.Items).Person.OpenId);
        Assert.Equal([loner.OpenIds["default"]], scopes.OpenIds);
        Assert.Empty(scopes.DepartmentIds);
    }

    [Fact]
    public async Task R32_R35_WithoutAllStaff_RootAndForeignDepartmentsAreNoPermission()
    {
        var narrow = _bed.Scope("narrow");
        string allowed = _bed.Apps["narrow"].ContactScope.DepartmentIds[0];
        var foreign = (await DepartmentsAsync()).First(department => department.OpenDepartmentId != allowed && department.ParentOpenDepartmentId == "0");

        var root = await _bed.Directory.ListChildrenAsync(narrow, DepartmentId.Root, true, null, Wire.Bed.Call);
        var rootMembers = await _bed.Directory.ListMembersAsync(narrow, DepartmentId.Root, null, Wire.Bed.Call);
        var members = await _bed.Directory.ListMembersAsync(narrow, DepartmentId.Open(foreign.OpenDepartmentId), null, Wire.Bed.Call);
        var scopes = SandboxBed.Value(await _bed.Directory.ListScopesAsync(narrow, null, Wire.Bed.Call));

        Assert.Equal(FailureReason.NoPermission, root.Failure!.Reason);
        Assert.Equal(FailureReason.NoPermission, rootMembers.Failure!.Reason);
        Assert.Equal((FailureReason.NoPermission, 40004), (members.Failure!.Reason, members.Failure.Code));
        Assert.Equal([allowed], scopes.DepartmentIds);
    }

    [Fact]
    public async Task R37_MembersOfSubDepartments_AreNotListed()
    {
        var parent = (await DepartmentsAsync()).Select(department => department.ParentOpenDepartmentId).First(id => id != "0");

        var members = await _bed.MembersAsync(DepartmentId.Open(parent));

        var direct = _bed.Main.Where(user => user.DepartmentIds.Contains(parent)).ToList();
        Assert.Equal(direct.Select(user => user.OpenIds["default"]).Order(), members.Select(member => member.Person.OpenId).Order());
        Assert.All(members, member => Assert.Contains(parent, member.DepartmentIds!));
    }

    [Fact]
    public async Task R38_CustomDepartmentId_IsReadAsSuchAndAnswersOpenIds()
    {
        var department = (await DepartmentsAsync())[0];
        var custom = new DepartmentId(DepartmentIdType.DepartmentId, department.DepartmentId);

        var read = SandboxBed.Value(await _bed.Directory.GetDepartmentAsync(_bed.Scope(), custom, Wire.Bed.Call));
        var members = await _bed.MembersAsync(custom);

        Assert.Equal(department.OpenDepartmentId, read.OpenDepartmentId);
        Assert.Equal((await _bed.MembersAsync(DepartmentId.Open(department.OpenDepartmentId))).Select(member => member.Person), members.Select(member => member.Person));
    }

    [Fact]
    public async Task R38_R39_AbsentOrOfTheOtherKind_SaysTheThreeCauses()
    {
        var department = (await DepartmentsAsync())[0];
        DepartmentId[] wrong =
        [
            DepartmentId.Open("od-" + new string('0', 32)),
            new(DepartmentIdType.DepartmentId, "no-such"),
            new(DepartmentIdType.DepartmentId, department.OpenDepartmentId),
            DepartmentId.Open(department.DepartmentId),
        ];

        foreach (var id in wrong)
        {
            var failure = (await _bed.Directory.GetDepartmentAsync(_bed.Scope(), id, Wire.Bed.Call)).Failure!;
            Assert.Equal(FailureReason.NotFoundOrNotVisible, failure.Reason);
            Assert.Contains("od-", failure.Message, StringComparison.Ordinal);
            Assert.Null(failure.InvalidIds);
            Assert.Equal(FailureReason.NotFoundOrNotVisible, (await _bed.Directory.ListMembersAsync(_bed.Scope(), id, null, Wire.Bed.Call)).Failure!.Reason);
        }
    }

    [Fact]
    public async Task R40_BadPageToken_IsTellable()
    {
        var failure = (await _bed.Directory.ListMembersAsync(_bed.Scope(), DepartmentId.Root, "no-such-token", Wire.Bed.Call)).Failure!;

        Assert.Equal(40012, failure.Code);
    }

    [Fact]
    public async Task ListChildrenAsync_BigDepartment_IsTellable()
    {
        await using var bed = await SandboxBed.StartAsync(("BigDepartment", "5"));

        Assert.Equal(43010, (await bed.Directory.ListChildrenAsync(bed.Scope(), DepartmentId.Root, true, null, Wire.Bed.Call)).Failure!.Code);
        Assert.NotEmpty(await bed.ChildrenAsync(DepartmentId.Root, descendants: false));
    }

    private Task<IReadOnlyList<TrueDepartment>> DepartmentsAsync() => _bed.Truth.DepartmentsAsync(_bed.MainTenant, TestContext.Current.CancellationToken);
}
