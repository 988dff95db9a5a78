using System.Text.Json;

namespace IdentityGrpc.Sandbox.Tests.Contact;

public sealed class DepartmentTests(SharedSandbox shared) : IClassFixture<SharedSandbox>
{
    private readonly RunningSandbox sandbox = shared.Sandbox;

    private List<TruthDepartment> Main => [.. sandbox.Departments.Where(department => department.Tenant == sandbox.MainTenant)];

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(50)]
    public async Task R32_Children_FetchChildOfTheRoot_AreAllDepartments(int pageSize)
    {
        var all = await sandbox.AllPagesAsync($"departments/0/children?fetch_child=true&page_size={pageSize}");
        Assert.Equal(Main.Select(department => department.OpenId), all.Select(OpenId));
        Assert.Equal(Main.Select(department => department.Parent), all.Select(item => item.GetProperty("parent_department_id").GetString()));
    }

    [Fact]
    public async Task Children_LevelByLevel_AreThreeLevelsOfAllDepartments()
    {
        List<string> level = ["0"];
        List<string> found = [];
        var levels = 0;
        for (; level.Count > 0; levels++)
        {
            List<string> next = [];
            foreach (var id in level)
            {
                next.AddRange((await sandbox.AllPagesAsync($"departments/{id}/children?page_size=50")).Select(OpenId));
            }

            found.AddRange(next);
            level = next;
        }

        Assert.Equal(Main.Select(department => department.OpenId).Order(), found.Order());
        Assert.True(levels - 1 >= 3, $"{levels - 1} levels");
    }

    [Fact]
    public async Task R37_FindByDepartment_EveryDepartment_ListsItsDirectMembers()
    {
        foreach (var id in Main.Select(department => department.OpenId).Append("0"))
        {
            var expected = sandbox.Main.Where(user => user.Departments.Contains(id)).Select(user => user.OpenId("default"));
            var found = (await sandbox.AllPagesAsync($"users/find_by_department?department_id={id}&page_size=3")).Select(item => item.GetProperty("open_id").GetString()!);
            Assert.Equal(expected.Order(), found.Order());
        }
    }

    [Fact]
    public async Task FindByDepartment_NoMembers_HasNoItems()
    {
        await using var small = await RunningSandbox.StartAsync(null, ("Users", "40"), ("Departments", "400"));
        var empty = small.Departments.First(department => department.Tenant == small.MainTenant && !small.Users.Any(user => user.Departments.Contains(department.OpenId)));
        var answer = (await small.CallAsync($"users/find_by_department?department_id={empty.OpenId}")).Ok();
        Assert.Equal("{\"has_more\":false}", answer.Data.GetRawText());
    }

    [Fact]
    public async Task R38_Children_CustomIdUnderTheDefaultType_Is99992357()
    {
        var id = Main[0].CustomId;
        var answer = await sandbox.CallAsync($"departments/{id}/children");
        answer.Is(400, 99992357);
        Assert.StartsWith("The request you send is not a valid {open_department_id}", answer.Message, StringComparison.Ordinal);
        Assert.EndsWith($"[{id}]", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task U2_FindByDepartment_UnknownCustomId_Is99992380() =>
        (await sandbox.CallAsync("users/find_by_department?department_id=nowhere&department_id_type=department_id")).Is(400, 99992380);

    [Fact]
    public async Task FindByDepartment_CustomId_IsTheSameDepartment()
    {
        var department = Main.First(candidate => sandbox.Main.Any(user => user.Departments.Contains(candidate.OpenId)));
        var byOpenId = (await sandbox.CallAsync($"users/find_by_department?department_id={department.OpenId}")).Ok();
        var byCustomId = (await sandbox.CallAsync($"users/find_by_department?department_id={department.CustomId}&department_id_type=department_id")).Ok();
        Assert.Equal(byOpenId.Items.Select(item => item.GetProperty("open_id").GetString()), byCustomId.Items.Select(item => item.GetProperty("open_id").GetString()));
    }

    [Theory]
    [InlineData("departments/0/children")]
    [InlineData("departments/0")]
    [InlineData("users/find_by_department?department_id=0")]
    public async Task U16_R33_Root_WithoutAllStaffScope_Is40004(string path) => (await sandbox.CallAsync(path, "narrow")).Is(403, 40004);

    [Fact]
    public async Task R35_FindByDepartment_OutOfScope_Is40004() =>
        (await sandbox.CallAsync($"users/find_by_department?department_id={Main[0].OpenId}", "narrow")).Is(403, 40004);

    [Fact]
    public async Task Scope_OnADepartment_CoversItsDescendants()
    {
        var granted = (await sandbox.CallAsync("scopes", "narrow")).Ok().Data.GetProperty("department_ids").EnumerateArray().Single().GetString();
        var below = Main.First(department => department.Parent == granted);
        (await sandbox.CallAsync($"departments/{below.OpenId}", "narrow")).Ok();
        (await sandbox.CallAsync($"users/find_by_department?department_id={below.OpenId}", "narrow")).Ok();
    }

    [Fact]
    public async Task Get_DepartmentOfAnotherTenant_Is99992357()
    {
        var other = sandbox.Departments.First(department => department.Tenant != sandbox.MainTenant);
        (await sandbox.CallAsync($"departments/{other.OpenId}")).Is(400, 99992357);
    }

    [Fact]
    public async Task U17_Get_Root_IsZeroAndBearsTheTenantsName()
    {
        var root = (await sandbox.CallAsync("departments/0")).Ok().Data.GetProperty("department");
        Assert.Equal(("0", "0"), (root.GetProperty("open_department_id").GetString(), root.GetProperty("department_id").GetString()));
        Assert.NotEqual("", root.GetProperty("name").GetString());
    }

    [Fact]
    public async Task Get_Order_IsAString() =>
        Assert.Equal(JsonValueKind.String, (await sandbox.CallAsync($"departments/{Main[0].OpenId}")).Ok().Data.GetProperty("department").GetProperty("order").ValueKind);

    [Theory]
    [InlineData("0")]
    [InlineData("51")]
    [InlineData("-1")]
    public async Task U7_PageSize_OutOfRange_Is40011(string size) => (await sandbox.CallAsync($"departments/0/children?page_size={size}")).Is(400, 40011);

    [Fact]
    public async Task PageToken_OfAnotherQuery_Is40012()
    {
        var token = (await sandbox.CallAsync("departments/0/children?fetch_child=true&page_size=1")).Ok().PageToken;
        (await sandbox.CallAsync($"departments/0/children?page_size=1&page_token={token}")).Is(400, 40012);
        (await sandbox.CallAsync($"departments/0/children?fetch_child=true&page_size=1&page_token={token}", "sibling")).Is(400, 40012);
        (await sandbox.CallAsync("departments/0/children?page_token=rubbish")).Is(400, 40012);
        (await sandbox.CallAsync($"departments/0/children?fetch_child=true&page_size=2&page_token={token}")).Ok();
    }

    [Fact]
    public async Task PageToken_TooOld_Is40012()
    {
        var clock = new ManualTimeProvider();
        await using var own = await RunningSandbox.StartAsync(clock, ("PageTokenSeconds", "60"));
        var token = (await own.CallAsync("departments/0/children?page_size=1")).Ok().PageToken;
        clock.Advance(TimeSpan.FromSeconds(60));
        (await own.CallAsync($"departments/0/children?page_size=1&page_token={token}")).Ok();
        clock.Advance(TimeSpan.FromSeconds(1));
        (await own.CallAsync($"departments/0/children?page_size=1&page_token={token}")).Is(400, 40012);
    }

    [Fact]
    public async Task Children_BigDepartment_Refuses43010()
    {
        await using var big = await RunningSandbox.StartAsync(null, ("BigDepartment", "19"));
        (await big.CallAsync("departments/0/children?fetch_child=true")).Is(400, 43010);
        (await big.CallAsync("departments/0/children")).Ok();
    }

    [Fact]
    public async Task Scopes_AllStaff_AreTheFirstLevelAndTheRootsMembers()
    {
        List<string> users = [], departments = [];
        for (string? token = ""; token is not null;)
        {
            var data = (await sandbox.CallAsync($"scopes?page_size=3&page_token={token}")).Ok().Data;
            users.AddRange(List(data, "user_ids"));
            departments.AddRange(List(data, "department_ids"));
            Assert.InRange(List(data, "user_ids").Length + List(data, "department_ids").Length + List(data, "group_ids").Length, 1, 3);
            token = data.TryGetProperty("page_token", out var next) ? next.GetString() : null;
        }

        Assert.Equal(sandbox.Main.Where(user => user.Departments.Contains("0")).Select(user => user.OpenId("default")), users);
        Assert.Equal(Main.Where(department => department.Parent == "0").Select(department => department.OpenId), departments);
    }

    private static string[] List(JsonElement data, string name) =>
        data.TryGetProperty(name, out var list) ? [.. list.EnumerateArray().Select(id => id.GetString()!)] : [];

    private static string OpenId(JsonElement item) => item.GetProperty("open_department_id").GetString()!;
}
