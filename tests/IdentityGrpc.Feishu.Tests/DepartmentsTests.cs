using IdentityGrpc.Core.Directory;
using IdentityGrpc.Feishu.Tests.Wire;

namespace IdentityGrpc.Feishu.Tests;

public sealed class DepartmentsTests
{
    private const string Types = "user_id_type=open_id&department_id_type=open_department_id";
    private static readonly DepartmentId s_open = DepartmentId.Open("od-aa11"), s_custom = new(DepartmentIdType.DepartmentId, "D-OPS");

    [Fact]
    public async Task GetDepartmentAsync_OpenId_IsRead()
    {
        await using var bed = new Bed().Answering(Bed.Ok("""{"department":{"open_department_id":"od-aa11","parent_department_id":"od-root1","member_count":"12","order":"100"}}"""));

        var outcome = await bed.Directory.GetDepartmentAsync(bed.Scope, s_open, Bed.Call);

        Assert.Equal(new Department("od-aa11", "od-root1", 12), outcome.Value);
        Assert.Equal($"/open-apis/contact/v3/departments/od-aa11?{Types}", bed.Calls[0].Target);
    }

    [Fact]
    public async Task GetDepartmentAsync_CustomId_SaysSoAndLeavesOutTheParentsCustomId()
    {
        await using var bed = new Bed().Answering(Bed.Ok("""{"department":{"open_department_id":"od-aa11","parent_department_id":"D-ROOT"}}"""));

        var outcome = await bed.Directory.GetDepartmentAsync(bed.Scope, s_custom, Bed.Call);

        Assert.Equal(new Department("od-aa11", null, null), outcome.Value);
        Assert.Equal("/open-apis/contact/v3/departments/D-OPS?user_id_type=open_id&department_id_type=department_id", bed.Calls[0].Target);
    }

    [Fact]
    public async Task GetDepartmentAsync_Root_HasNoParent()
    {
        await using var bed = new Bed().Answering(Bed.Ok("""{"department":{"open_department_id":"0","parent_department_id":"0","member_count":200}}"""));

        Assert.Equal(new Department("0", null, 200), (await bed.Directory.GetDepartmentAsync(bed.Scope, DepartmentId.Root, Bed.Call)).Value);
    }

    [Fact]
    public async Task ListChildrenAsync_TwoPages_PassesTheTokenOnAndEndsWhereHasMoreIsFalse()
    {
        await using var bed = new Bed().Answering(
            Bed.Ok("""{"has_more":true,"page_token":"p=2&x","items":[{"open_department_id":"od-1","parent_department_id":"0"},{"name":"without an id"}]}"""),
            Bed.Ok("""{"has_more":false,"page_token":"ignored","items":[{"open_department_id":"od-2","parent_department_id":"od-1"}]}"""));

        var first = await bed.Directory.ListChildrenAsync(bed.Scope, DepartmentId.Root, descendants: true, null, Bed.Call);
        var second = await bed.Directory.ListChildrenAsync(bed.Scope, DepartmentId.Root, descendants: true, first.Value!.NextPageToken, Bed.Call);

        Assert.Equal([new Department("od-1", "0", null)], first.Value.Items);
        Assert.Equal([new Department("od-2", "od-1", null)], second.Value!.Items);
        Assert.Null(second.Value.NextPageToken);
        Assert.Equal($"/open-apis/contact/v3/departments/0/children?{Types}&fetch_child=true&page_size=50", bed.Calls[0].Target);
        Assert.EndsWith("&page_token=p%3D2%26x", bed.Calls[1].Target, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"has_more":true,"page_token":""}""", null)]
    [InlineData("""{"has_more":true}""", null)]
    [InlineData("""{"has_more":"false","page_token":"p"}""", null)]
    [InlineData("""{"page_token":"p"}""", "p")]
    [InlineData("""{"has_more":1,"page_token":7}""", "7")]
    public async Task ListMembersAsync_Paging_EndsOnNoMoreOrNoToken(string data, string? next)
    {
        await using var bed = new Bed().Answering(Bed.Ok(data));

        var page = await bed.Directory.ListMembersAsync(bed.Scope, s_open, null, Bed.Call);

        Assert.Equal(next, page.Value!.NextPageToken);
        Assert.Empty(page.Value.Items);
    }

    [Fact]
    public async Task ListMembersAsync_Profile_IsRead()
    {
        await using var bed = new Bed().Answering(Bed.Ok("""
            {"has_more":false,"items":[{"open_id":"ou_ada","union_id":"on_ada","name":"Ada L","en_name":"","email":"ada@ex.test","mobile":"+41446681800",
              "enterprise_email":"ada@corp.test","employee_no":7,"job_title":"Engineer","leader_user_id":"ou_77","department_ids":["od-aa11","",null,"od-bb22"]},
              {"open_id":"ou_bob"}]}
            """));

        var page = await bed.Directory.ListMembersAsync(bed.Scope, s_open, null, Bed.Call);

        Assert.Equal(2, page.Value!.Items.Count);
        var ada = page.Value.Items[0];
        Assert.Equal(["od-aa11", "od-bb22"], ada.DepartmentIds!);
        Assert.Equal(new DirectoryProfile
        {
            Name = "Ada L", Email = Bed.Email, Mobile = Bed.Mobile, EnterpriseEmail = "ada@corp.test", EmployeeNo = "7", JobTitle = "Engineer", LeaderOpenId = "ou_77",
            Shown = ProfileFields.Base | ProfileFields.Email | ProfileFields.Mobile | ProfileFields.Employment | ProfileFields.EmployeeNo | ProfileFields.Departments | ProfileFields.Leader,
        }, ada.Profile);
        Assert.Null(page.Value.Items[1].DepartmentIds);
        Assert.Equal($"/open-apis/contact/v3/users/find_by_department?department_id=od-aa11&{Types}&page_size=50", bed.Calls[0].Target);
    }

    [Fact]
    public async Task ListMembersAsync_CustomDepartment_LeavesOutCustomDepartmentIds()
    {
        await using var bed = new Bed().Answering(Bed.Ok("""{"items":[{"open_id":"ou_ada","department_ids":["D-OPS"]}]}"""));

        var page = await bed.Directory.ListMembersAsync(bed.Scope, s_custom, "t", Bed.Call);

        Assert.Null(Assert.Single(page.Value!.Items).DepartmentIds);
        Assert.Equal("department_id=D-OPS&user_id_type=open_id&department_id_type=department_id&page_size=50&page_token=t", bed.Calls[0].Query);
    }

    [Fact]
    public async Task ListIndependentMembersAsync_NamesNoDepartment()
    {
        await using var bed = new Bed().Answering(Bed.Ok("""{"items":[{"open_id":"ou_ada"}]}"""));

        var page = await bed.Directory.ListIndependentMembersAsync(bed.Scope, null, Bed.Call);

        Assert.Equal(Bed.Ada, Assert.Single(page.Value!.Items).Person.OpenId);
        Assert.Equal($"/open-apis/contact/v3/users?{Types}&page_size=50", bed.Calls[0].Target);
    }

    [Fact]
    public async Task ListScopesAsync_SomeListsMissing_AreEmpty()
    {
        await using var bed = new Bed().Answering(Bed.Ok("""{"user_ids":["ou_ada"],"department_ids":["od-1","od-2"],"has_more":true,"page_token":"n"}"""));

        var page = await bed.Directory.ListScopesAsync(bed.Scope, null, Bed.Call);

        Assert.Equal(["od-1", "od-2"], page.Value!.DepartmentIds);
        Assert.Equal([Bed.Ada], page.Value.OpenIds);
        Assert.Empty(page.Value.GroupIds);
        Assert.Equal("n", page.Value.NextPageToken);
        Assert.Equal($"/open-apis/contact/v3/scopes?{Types}&page_size=100", bed.Calls[0].Target);
    }
}
