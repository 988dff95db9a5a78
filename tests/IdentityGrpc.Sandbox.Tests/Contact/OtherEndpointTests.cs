namespace IdentityGrpc.Sandbox.Tests.Contact;

public sealed class OtherEndpointTests
{
    [Fact]
    public async Task R36_DepartmentsList_WithoutParent_IsTheRootOrTheScope()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        Assert.Equal("0", (await sandbox.CallAsync("departments")).Ok().Items.Single().GetProperty("open_department_id").GetString());
        var scope = (await sandbox.CallAsync("scopes", "narrow")).Ok().Data.GetProperty("department_ids")[0].GetString();
        Assert.Equal([scope], (await sandbox.CallAsync("departments", "narrow")).Ok().Items.Select(item => item.GetProperty("open_department_id").GetString()));
        var below = await sandbox.AllPagesAsync("departments?fetch_child=true&page_size=1", "narrow");
        Assert.True(below.Count > 1);
        (await sandbox.CallAsync("departments?parent_department_id=0", "narrow")).Is(403, 40004);
        Assert.Equal(20, (await sandbox.AllPagesAsync("departments?parent_department_id=0&fetch_child=true&page_size=50")).Count);
    }

    [Fact]
    public async Task DepartmentsParent_GoesUpWithoutTheRoot()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var main = sandbox.Departments.Where(department => department.Tenant == sandbox.MainTenant).ToDictionary(department => department.OpenId);
        var deep = main.Values.Last();
        List<string> expected = [];
        for (var id = deep.Parent; id != "0"; id = main[id].Parent)
        {
            expected.Add(id);
        }

        Assert.True(expected.Count >= 2);
        Assert.Equal(expected, (await sandbox.AllPagesAsync($"departments/parent?department_id={deep.OpenId}&page_size=1")).Select(item => item.GetProperty("open_department_id").GetString()!));
        (await sandbox.CallAsync("departments/parent")).Is(400, 44102);
    }

    [Fact]
    public async Task U4_DepartmentsBatch_KnownAndUnknown()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var ids = sandbox.Departments.Where(department => department.Tenant == sandbox.MainTenant).Take(3).Select(department => department.OpenId).ToList();
        Assert.Equal(ids, (await sandbox.CallAsync($"departments/batch?department_ids={string.Join("&department_ids=", ids)}")).Ok().Items.Select(item => item.GetProperty("open_department_id").GetString()!));
        var answer = await sandbox.CallAsync($"departments/batch?department_ids={ids[0]}&department_ids=od-x&department_ids=od-y");
        answer.Is(400, 99992357);
        Assert.EndsWith("Invalid ids: [od-x, od-y]", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UsersBasicBatch_IgnoresTheContactScope()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var people = sandbox.Main.Where(user => !user.IsResigned).Take(10).ToList();
        var answer = (await PostAsync(sandbox, "users/basic_batch", new { user_ids = people.Select(user => user.OpenId("narrow")) }, "narrow")).Ok();
        Assert.Equal(people.Select(user => user.Name), answer.Data.GetProperty("users").EnumerateArray().Select(user => user.GetProperty("name").GetString()!));
        (await PostAsync(sandbox, "users/basic_batch", new { user_ids = Enumerable.Repeat("x", 11) }, "narrow")).Is(400, 99992402);
    }

    [Fact]
    public async Task R14_UpdateUserId_ChangesOnlyTheUserId()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var (user, other) = (sandbox.Someone, sandbox.Main.Last(known => !known.IsResigned));
        var path = $"users/{user.OpenId("default")}/update_user_id";
        (await PatchAsync(sandbox, path, new { new_user_id = other.UserId })).Is(400, 41011);
        (await PatchAsync(sandbox, path, new { })).Is(400, 41054);
        (await PatchAsync(sandbox, path, new { new_user_id = "fresh.id" })).Ok();
        var now = (await sandbox.CallAsync("users/fresh.id?user_id_type=user_id")).Ok().Data.GetProperty("user");
        Assert.Equal((user.OpenId("default"), user.UnionId("sandbox")), (now.GetProperty("open_id").GetString(), now.GetProperty("union_id").GetString()));
    }

    [Fact]
    public async Task R15_DeleteAndResurrect_RestoreOnlyWhileTheUserIdIsFree()
    {
        var clock = new ManualTimeProvider();
        await using var sandbox = await RunningSandbox.StartAsync(clock, ("PerSecond", "1000"), ("PerMinute", "100000"));
        var people = sandbox.Main.Where(user => user is { Status: "activated", Email: not null }).Take(3).ToList();
        foreach (var user in people)
        {
            (await sandbox.SendAsync(HttpMethod.Delete, $"/open-apis/contact/v3/users/{user.OpenId("default")}", await sandbox.TokenAsync())).Ok();
        }

        (await ResurrectAsync(sandbox, people[0])).Ok();
        Assert.Equal(people[0].UserId, (await sandbox.CallAsync($"users/{people[0].OpenId("default")}")).Ok().Data.GetProperty("user").GetProperty("user_id").GetString());
        await sandbox.ControlAsync("POST", "users", new { name = "Taker", user_id = people[1].UserId });
        (await ResurrectAsync(sandbox, people[1])).Is(400, 44032);
        clock.Advance(TimeSpan.FromDays(30) + TimeSpan.FromSeconds(1));
        await sandbox.ControlAsync("DELETE", "tokens");
        var token = (await sandbox.PostAsync("/open-apis/auth/v3/tenant_access_token/internal", sandbox.Credentials("default"))).Ok().Json.GetProperty("tenant_access_token").GetString();
        (await sandbox.SendAsync(HttpMethod.Post, $"/open-apis/contact/v3/users/{people[2].OpenId("default")}/resurrect", token, new { })).Is(400, 44028);
    }

    [Fact]
    public async Task UpdateDepartmentId_ChangesTheCustomId()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var (one, other) = (sandbox.Departments[0], sandbox.Departments[1]);
        var path = $"departments/{one.OpenId}/update_department_id";
        (await PatchAsync(sandbox, path, new { new_department_id = other.CustomId })).Is(400, 43007);
        (await PatchAsync(sandbox, path, new { new_department_id = "od-x" })).Is(400, 40001);
        (await PatchAsync(sandbox, path, new { new_department_id = "D-FRESH" })).Ok();
        (await sandbox.CallAsync($"departments/{one.CustomId}?department_id_type=department_id")).Is(400, 99992380);
        Assert.Equal(one.OpenId, (await sandbox.CallAsync("departments/D-FRESH?department_id_type=department_id")).Ok().Data.GetProperty("department").GetProperty("open_department_id").GetString());
    }

    [Fact]
    public async Task CustomAttributes_OverAllPeople_AreOfAllFiveKinds()
    {
        await using var sandbox = await RunningSandbox.StartAsync(null, ("PerSecond", "1000"), ("PerMinute", "10000"));
        List<string> kinds = [];
        foreach (var chunk in sandbox.Main.Where(user => !user.IsResigned).Chunk(50))
        {
            var items = (await sandbox.CallAsync("users/batch?user_ids=" + string.Join("&user_ids=", chunk.Select(user => user.OpenId("default"))))).Ok().Items;
            kinds.AddRange(items.SelectMany(item => item.GetProperty("custom_attrs").EnumerateArray().Select(attribute => attribute.GetProperty("type").GetString()!)));
        }

        Assert.Equal(["ENUMERATION", "GENERIC_USER", "HREF", "PICTURE_ENUM", "TEXT"], kinds.Distinct().Order());
    }

    private static async Task<Answer> PostAsync(RunningSandbox sandbox, string path, object body, string app = "default") =>
        await sandbox.SendAsync(HttpMethod.Post, "/open-apis/contact/v3/" + path, await sandbox.TokenAsync(app), body);

    private static async Task<Answer> PatchAsync(RunningSandbox sandbox, string path, object body) =>
        await sandbox.SendAsync(HttpMethod.Patch, "/open-apis/contact/v3/" + path, await sandbox.TokenAsync(), body);

    private static Task<Answer> ResurrectAsync(RunningSandbox sandbox, TruthUser user) => PostAsync(sandbox, $"users/{user.OpenId("default")}/resurrect", new { });
}
