using System.Text.Json;

namespace IdentityGrpc.Sandbox.Tests.Control;

public sealed class ChangeTests
{
    [Fact]
    public async Task R16_User_UsedUpUserId_BelongsToItsNewHolder()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var old = sandbox.Someone;
        await sandbox.ControlAsync("PATCH", $"users/{old.Tenant}/{old.UserId}", new { status = "resigned" });
        var created = new TruthUser((await sandbox.ControlAsync("POST", "users", new { name = "New Person", user_id = old.UserId, email = "new.person@sandbox.example" })).Json);
        Assert.Equal(old.UserId, created.UserId);
        Assert.NotEqual(old.OpenId("default"), created.OpenId("default"));

        var byId = (await sandbox.CallAsync($"users/{old.UserId}?user_id_type=user_id")).Ok().Data.GetProperty("user");
        Assert.Equal(created.OpenId("default"), byId.GetProperty("open_id").GetString());
        var byContact = (await sandbox.BatchGetIdAsync(new { emails = new[] { "new.person@sandbox.example", old.Email } })).Ok().Data.GetProperty("user_list");
        Assert.Equal(created.OpenId("default"), byContact[0].GetProperty("user_id").GetString());
        Assert.False(byContact[1].TryGetProperty("user_id", out _));
    }

    [Fact]
    public async Task R14_User_ChangedUserIdAndContacts_ResolveAnew()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var user = sandbox.Someone;
        await sandbox.ControlAsync("PATCH", $"users/{user.Tenant}/{user.UserId}", new { user_id = "changed.1", email = "Moved@sandbox.example", mobile = (string?)null });
        (await sandbox.CallAsync($"users/{user.UserId}?user_id_type=user_id")).Is(400, 99992360);
        var now = (await sandbox.CallAsync("users/changed.1?user_id_type=user_id")).Ok().Data.GetProperty("user");
        Assert.Equal(user.OpenId("default"), now.GetProperty("open_id").GetString());
        var rows = (await sandbox.BatchGetIdAsync(new { emails = new[] { user.Email, "moved@SANDBOX.example" }, mobiles = new[] { user.Mobile } })).Ok().Data.GetProperty("user_list");
        Assert.Equal([false, true, false], rows.EnumerateArray().Select(row => row.TryGetProperty("user_id", out _)));
    }

    [Fact]
    public async Task User_ContactOfAnActiveUser_IsRefused()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var (one, other) = (sandbox.Someone, sandbox.Main.Last(user => user is { Email: not null, Status: "activated" }));
        Assert.Equal(409, (await sandbox.SendAsync(HttpMethod.Patch, $"/sandbox/v1/users/{one.Tenant}/{one.UserId}", null, new { email = other.Email!.ToUpperInvariant() })).Status);
        Assert.Equal(409, (await sandbox.PostAsync("/sandbox/v1/users", new { name = "x", user_id = one.UserId })).Status);
        Assert.Equal(404, (await sandbox.SendAsync(HttpMethod.Patch, $"/sandbox/v1/users/{one.Tenant}/nobody", null, new { name = "x" })).Status);
        var wrong = await sandbox.PostAsync("/sandbox/v1/users", new { nam = "x", status = "asleep", mobile = "123" });
        Assert.Equal((400, 4), (wrong.Status, wrong.Json.GetProperty("errors").GetArrayLength()));
    }

    [Fact]
    public async Task User_MovedAndRemoved_IsListedAccordingly()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var user = sandbox.Someone;
        var target = sandbox.Departments.First(department => department.Tenant == sandbox.MainTenant && !user.Departments.Contains(department.OpenId));
        await sandbox.ControlAsync("PATCH", $"users/{user.Tenant}/{user.UserId}", new { department_ids = new[] { target.OpenId } });
        Assert.Contains(user.OpenId("default"), await MembersAsync(sandbox, target.OpenId));
        Assert.DoesNotContain(user.OpenId("default"), await MembersAsync(sandbox, user.Departments[0]));

        await sandbox.ControlAsync("DELETE", $"users/{user.Tenant}/{user.UserId}");
        Assert.DoesNotContain(user.OpenId("default"), await MembersAsync(sandbox, target.OpenId));
        (await sandbox.CallAsync($"users/{user.OpenId("default")}")).Is(400, 99992351);
        await sandbox.ReadTruthAsync();
        Assert.Equal(199, sandbox.Users.Count);
        Assert.DoesNotContain(sandbox.Users, known => known.UserId == user.UserId);
    }

    [Fact]
    public async Task R17_Department_DeletedCustomId_IsFreeForAnother()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var first = (await sandbox.ControlAsync("POST", "departments", new { name = "First", department_id = "D-NEW" })).Json;
        var id = first.GetProperty("open_department_id").GetString();
        Assert.Equal(409, (await sandbox.PostAsync("/sandbox/v1/departments", new { name = "Second", department_id = "D-NEW" })).Status);
        await sandbox.ControlAsync("DELETE", $"departments/{id}");
        var second = (await sandbox.ControlAsync("POST", "departments", new { name = "Second", department_id = "D-NEW" })).Json;
        (await sandbox.CallAsync($"departments/{id}")).Is(400, 99992357);
        var found = (await sandbox.CallAsync("departments/D-NEW?department_id_type=department_id")).Ok().Data.GetProperty("department");
        Assert.Equal(second.GetProperty("open_department_id").GetString(), found.GetProperty("open_department_id").GetString());
    }

    [Fact]
    public async Task Department_MovedAndDeleted_TakesItsPeopleAlong()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var main = sandbox.Departments.Where(department => department.Tenant == sandbox.MainTenant).ToList();
        var leaf = main.First(department => main.All(other => other.Parent != department.OpenId) && sandbox.Main.Any(user => user.Departments is [var only] && only == department.OpenId));
        var target = main.First(department => department.OpenId != leaf.OpenId && department.OpenId != leaf.Parent && department.Parent == "0");
        await sandbox.ControlAsync("PATCH", $"departments/{leaf.OpenId}", new { parent_open_department_id = target.OpenId, name = "Moved" });
        var children = await sandbox.AllPagesAsync($"departments/{target.OpenId}/children?page_size=50");
        Assert.Contains(children, child => child.GetProperty("open_department_id").GetString() == leaf.OpenId && child.GetProperty("name").GetString() == "Moved");

        await sandbox.ControlAsync("DELETE", $"departments/{leaf.OpenId}");
        var orphan = sandbox.Main.First(user => user.Departments is [var only] && only == leaf.OpenId);
        Assert.Contains(orphan.OpenId("default"), await MembersAsync(sandbox, target.OpenId));
        Assert.Equal(409, (await sandbox.SendAsync(HttpMethod.Delete, $"/sandbox/v1/departments/{main[0].OpenId}", null)).Status);
    }

    [Fact]
    public async Task R19_App_FieldScopesTakenAway_LeaveFieldsOutAtOnce()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var token = await sandbox.TokenAsync();
        var path = $"/open-apis/contact/v3/users/{sandbox.Someone.OpenId("default")}";
        var before = Names((await sandbox.SendAsync(HttpMethod.Get, path, token)).Ok());
        Assert.Superset(new HashSet<string> { "name", "email", "mobile", "user_id", "status", "department_ids", "employee_no", "gender", "custom_attrs" }, before);

        await sandbox.ControlAsync("PUT", "apps/default", new { scopes = new[] { "contact:contact.base:readonly" } });
        Assert.Equal(["mobile_visible", "open_id", "union_id"], Names((await sandbox.SendAsync(HttpMethod.Get, path, token)).Ok()).Order());

        await sandbox.ControlAsync("PUT", "apps/default", new { scopes = new[] { "contact:contact:readonly_as_app" } });
        var wide = Names((await sandbox.SendAsync(HttpMethod.Get, path, token)).Ok());
        Assert.Superset(new HashSet<string> { "name", "status", "department_ids" }, wide);
        Assert.Empty(wide.Intersect(["email", "mobile", "user_id"]));

        await sandbox.ControlAsync("PUT", "apps/default", new { scopes = Array.Empty<string>() });
        var refused = await sandbox.SendAsync(HttpMethod.Get, path, token);
        refused.Is(400, 99991672);
        var violations = refused.Json.GetProperty("error").GetProperty("permission_violations");
        Assert.Equal(4, violations.GetArrayLength());
        Assert.Equal(("action_scope_required", "contact:contact.base:readonly"), (violations[0].GetProperty("type").GetString(), violations[0].GetProperty("subject").GetString()));
    }

    [Fact]
    public async Task App_SecretLimitsAndEnabled_TakeEffect()
    {
        await using var sandbox = await RunningSandbox.StartAsync(new ManualTimeProvider());
        await sandbox.TokenAsync();
        await sandbox.ControlAsync("PUT", "apps/default", new { limits = new { per_second = 1, per_minute = 5 }, app_secret = "other" });
        (await sandbox.CallAsync("scopes")).Ok();
        (await sandbox.CallAsync("scopes")).Is(429, 99991400);
        (await sandbox.PostAsync("/open-apis/auth/v3/tenant_access_token/internal", sandbox.Credentials("default"))).Is(200, 10014);
        await sandbox.ControlAsync("PUT", "apps/default", new { enabled = false });
        (await sandbox.CallAsync("users/batch?user_ids=x")).Is(400, 99991662);
    }

    [Fact]
    public async Task R34_App_SingleUsersInScope_AreIndependentMembers()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var single = sandbox.Someone;
        var scope = (await sandbox.CallAsync("scopes", "narrow")).Ok().Data.GetProperty("department_ids")[0].GetString()!;
        await sandbox.ControlAsync("PUT", "apps/narrow", new { contact_scope = new { department_ids = new[] { scope }, user_ids = new[] { single.UserId } } });
        var independent = await sandbox.AllPagesAsync("users?page_size=1", "narrow");
        var inside = (await sandbox.AllPagesAsync($"users?department_id={scope}&page_size=50", "narrow")).Select(Id).ToList();
        Assert.Equal(inside.Contains(single.OpenId("narrow")) ? [] : [single.OpenId("narrow")], independent.Select(Id));
        Assert.Empty(await sandbox.AllPagesAsync("users?page_size=50"));
        var scopes = (await sandbox.CallAsync("scopes", "narrow")).Ok().Data;
        Assert.Equal(single.OpenId("narrow"), scopes.GetProperty("user_ids")[0].GetString());
        Assert.Equal(scope, scopes.GetProperty("department_ids")[0].GetString());
    }

    [Fact]
    public async Task Tokens_Revoked_Are99991663UntilANewOne()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        (await sandbox.CallAsync("scopes")).Ok();
        (await sandbox.CallAsync("scopes", "sibling")).Ok();
        await sandbox.ControlAsync("DELETE", "tokens?app=default");
        (await sandbox.CallAsync("scopes")).Is(400, 99991663);
        (await sandbox.CallAsync("scopes", "sibling")).Ok();
        (await sandbox.PostAsync("/open-apis/auth/v3/tenant_access_token/internal", sandbox.Credentials("default"))).Ok();
    }

    [Theory]
    [InlineData("U1", "omit")]
    [InlineData("U34", "answer")]
    [InlineData("U6", "reject")]
    [InlineData("U5", "accept")]
    [InlineData("U9", "fail")]
    [InlineData("U4", "omit")]
    [InlineData("CrossAppIds", "named")]
    public async Task Switches_EachSetting_TakesEffect(string name, string setting)
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var known = sandbox.Someone.OpenId("default");
        var call = name switch
        {
            "U1" => () => sandbox.CallAsync($"users/batch?user_ids={known}&user_ids=ou_x"),
            "U34" => () => sandbox.CallAsync($"users/batch?user_ids={sandbox.Main.First(user => user.IsResigned).OpenId("default")}"),
            "U6" => () => sandbox.CallAsync("users/batch?user_ids=" + string.Join("&user_ids=", Enumerable.Repeat(known, 51))),
            "U5" => () => sandbox.BatchGetIdAsync(new { emails = Enumerable.Repeat("x@y.z", 51) }),
            "U9" => () => sandbox.BatchGetIdAsync(new { emails = new[] { "x@y.z" } }, "?user_id_type=user_id", "narrow"),
            "U4" => () => sandbox.CallAsync("departments/batch?department_ids=od-x"),
            _ => (Func<Task<Answer>>)(() => sandbox.CallAsync($"users/batch?user_ids={sandbox.Someone.OpenId("stranger")}")),
        };
        var before = await call();
        await sandbox.ControlAsync("PUT", "switches", new Dictionary<string, string> { [name] = setting });
        var after = await call();
        Assert.NotEqual((before.Status, before.Code, before.Message), (after.Status, after.Code, after.Message));
        Assert.Equal(400, (await sandbox.SendAsync(HttpMethod.Put, "/sandbox/v1/switches", null, new Dictionary<string, string> { [name] = "?" })).Status);
        await using var configured = await RunningSandbox.StartAsync(null, ($"Switches:{name}", setting));
        Assert.Equal(setting, (await configured.GetAsync("/sandbox/v1/switches")).Json.GetProperty(name).GetString());
    }

    [Fact]
    public async Task U20_Switches_SlidingWindows_LookBackFromEveryCall()
    {
        var clock = new ManualTimeProvider();
        await using var sandbox = await RunningSandbox.StartAsync(clock, ("PerSecond", "2"), ("Switches:U20", "sliding"));
        clock.Advance(TimeSpan.FromMilliseconds(900));
        (await sandbox.CallAsync("scopes")).Ok();
        (await sandbox.CallAsync("scopes")).Ok();
        clock.Advance(TimeSpan.FromMilliseconds(200));
        (await sandbox.CallAsync("scopes")).Is(429, 99991400);
        clock.Advance(TimeSpan.FromMilliseconds(800));
        (await sandbox.CallAsync("scopes")).Ok();
    }

    [Fact]
    public async Task Directory_HammeredByReadersAndWriters_StaysWhole()
    {
        await using var sandbox = await RunningSandbox.StartAsync(null, ("PerSecond", "100000"), ("PerMinute", "1000000"));
        var users = sandbox.Main.Where(user => !user.IsResigned).ToList();
        var departments = sandbox.Departments.Where(department => department.Tenant == sandbox.MainTenant).Select(department => department.OpenId).ToArray();
        await sandbox.TokenAsync();
        var writers = Enumerable.Range(0, 4).Select(w => Task.Run(async () =>
        {
            for (var i = w; i < users.Count; i += 4)
            {
                await sandbox.ControlAsync("PATCH", $"users/{users[i].Tenant}/{users[i].UserId}", new { department_ids = new[] { departments[i % departments.Length] }, job_title = $"t{i}" });
            }
        }));
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            foreach (var department in departments)
            {
                await sandbox.AllPagesAsync($"users/find_by_department?department_id={department}&page_size=5");
            }
        }));
        await Task.WhenAll(writers.Concat(readers));
        List<string> listed = [];
        foreach (var department in departments)
        {
            listed.AddRange(await MembersAsync(sandbox, department));
        }

        Assert.Equal(users.Select(user => user.OpenId("default")).Order(), listed.Order());
        Assert.Empty(await MembersAsync(sandbox, "0"));
    }

    private static HashSet<string> Names(Answer answer) => [.. answer.Data.GetProperty("user").EnumerateObject().Select(member => member.Name)];

    private static async Task<List<string>> MembersAsync(RunningSandbox sandbox, string department) =>
        [.. (await sandbox.AllPagesAsync($"users/find_by_department?department_id={department}&page_size=50")).Select(Id)];

    private static string Id(JsonElement item) => item.GetProperty("open_id").GetString()!;
}
