namespace IdentityGrpc.Sandbox.Tests.Conformance;

/// <summary>Reference §2, §3 and §4.</summary>
internal static class ContactSections
{
    private const string Status = """{"is_frozen":false,"is_resigned":false,"is_activated":true,"is_exited":false,"is_unjoin":false}""";

    private const string User = $$$"""
        {"union_id":"on_9a","user_id":"ada01","open_id":"ou_1f0c","name":"Ada L","en_name":"Ada","email":"ada@ex.test",
         "mobile":"+41446681800","mobile_visible":true,"employee_no":"E-7","employee_type":1,"department_ids":["od-aa11"],
         "leader_user_id":"ou_77","orders":[{"department_id":"od-aa11","user_order":0,"department_order":1,"is_primary_dept":true}],
         "avatar":{"avatar_72":"x","avatar_240":"x","avatar_640":"x","avatar_origin":"x"},"gender":1,"join_time":1,"job_title":"x",
         "custom_attrs":[{"type":"TEXT","id":"C-1","value":{"text":"x"}}],"status":{{{Status}}}}
        """;

    private const string Department = """
        {"name":"Ops","i18n_name":{"zh_cn":"x","en_us":"x"},"parent_department_id":"0","department_id":"D","open_department_id":"od-aa11","order":"100",
         "member_count":3,"primary_member_count":1,"status":{"is_deleted":false}}
        """;

    public static readonly Section[] All =
    [
        new Section("2", "batch_get_id")
            .Add("the example: e-mails first, misses without id", async s =>
            {
                var user = s.Someone;
                var answer = (await s.BatchGetIdAsync(new { emails = new[] { user.Email, "nobody@ex.test" }, mobiles = new[] { user.Mobile, "13000000000" } })).Ok();
                Shape.Check($$$"""{"code":0,"msg":"success","data":{"user_list":[{"user_id":"ou_1f0c","email":"ada@ex.test","status":{{{Status}}}}]}}""", answer.Json);
                var rows = answer.Data.GetProperty("user_list");
                Assert.Equal("""{"email":"nobody@ex.test"}""", rows[1].GetRawText());
                Assert.Equal("""{"mobile":"13000000000"}""", rows[3].GetRawText());
            })
            .Add("6: without the status field scope only id and key", async s =>
            {
                await s.ControlAsync("PUT", "apps/sibling", new { scopes = new[] { "contact:user.id:readonly" } });
                var row = (await s.BatchGetIdAsync(new { emails = new[] { s.Someone.Email } }, appName: "sibling")).Ok().Data.GetProperty("user_list")[0];
                Assert.Equal(["email", "user_id"], row.EnumerateObject().Select(member => member.Name).Order());
            })
            .Add("7: missing scope is 99991672", async s =>
            {
                await s.ControlAsync("PUT", "apps/stranger", new { scopes = Array.Empty<string>() });
                var answer = await s.BatchGetIdAsync(new { }, appName: "stranger");
                answer.Is(400, 99991672);
                Assert.Equal("Access denied. One of the following scopes is required: [contact:user.id:readonly]", answer.Message);
            })
            .Add("8: over 50 is 99992402", async s => (await s.BatchGetIdAsync(new { emails = Enumerable.Repeat("a", 51) })).Is(400, 99992402))
            .Add("9: nothing asked is success", async s => (await s.BatchGetIdAsync(new { emails = Array.Empty<string>() })).Ok())
            .Add("10: unknown contacts never are 999923xx", async s => (await s.BatchGetIdAsync(new { emails = new[] { "ou_x" } })).Ok())
            .Add("a user token is refused", async s => (await s.SendAsync(HttpMethod.Post, "/open-apis/contact/v3/users/batch_get_id", await s.LoginAsync(s.Someone), new { })).Is(400, 99991668)),
        new Section("3.1", "User object")
            .Answers("the example", $$$"""{"data":{"user":{{{User}}}}}""", s => $"users/{s.Main.First(user => user is { Status: "activated", Email: not null, Mobile: not null } && user != s.Main[0] && user.Departments[0] != "0").OpenId("default")}")
            .Add("e-mail and mobile are not in the wide scopes", async s =>
            {
                await s.ControlAsync("PUT", "apps/sibling", new { scopes = new[] { "contact:contact:access_as_app" } });
                var user = (await s.CallAsync($"users/{s.Someone.OpenId("sibling")}", "sibling")).Ok().Data.GetProperty("user");
                Assert.True(user.TryGetProperty("name", out _));
                Assert.All(["email", "mobile", "user_id"], name => Assert.False(user.TryGetProperty(name, out _)));
            }),
        new Section("3.2", "User endpoints")
            .Answers("users/batch", $$$"""{"data":{"items":[{"open_id":"ou_","union_id":"on_","user_id":"x"}]}}""", s => $"users/batch?user_ids={s.Someone.OpenId("default")}")
            .Answers("find_by_department", """{"data":{"has_more":true,"page_token":"x","items":[{"open_id":"ou_"}]}}""", _ => "users/find_by_department?department_id=0&page_size=1")
            .Answers("old list", """{"data":{"has_more":true,"page_token":"x","items":[{"open_id":"ou_"}]}}""", _ => "users?department_id=0&page_size=1")
            .Refuses("unknown open_id 99992351", 400, 99992351, _ => "users/batch?user_ids=ou_0")
            .Refuses("unknown user_id 99992360", 400, 99992360, _ => "users/batch?user_id_type=user_id&user_ids=nobody")
            .Refuses("unknown union_id 99992364", 400, 99992364, _ => "users/batch?user_id_type=union_id&user_ids=on_0")
            .Refuses("open_id cross app 99992361", 400, 99992361, s => $"users/{s.Someone.OpenId("stranger")}")
            .Refuses("out of scope 41050", 400, 41050, s => $"users/{s.Main.Last(user => user.Departments is ["0"]).OpenId("narrow")}", "narrow")
            .Refuses("page_size 40011", 400, 40011, _ => "users/find_by_department?department_id=0&page_size=51")
            .Refuses("page_token 40012", 400, 40012, _ => "users/find_by_department?department_id=0&page_token=x")
            .Refuses("out-of-scope department 40004", 403, 40004, s => "users/find_by_department?department_id=0", "narrow")
            .Add("120 ids in one call answer", async s => (await s.CallAsync("users/batch?user_ids=" + string.Join("&user_ids=", s.Main.Where(user => !user.IsResigned).Take(120).Select(user => user.OpenId("default"))))).Ok())
            .Add("basic_batch", async s => Shape.Check("""{"data":{"users":[{"user_id":"ou_","name":"x","i18n_name":{"zh_cn":"x"}}]}}""",
                (await s.SendAsync(HttpMethod.Post, "/open-apis/contact/v3/users/basic_batch", await s.TokenAsync(), new { user_ids = new[] { s.Someone.OpenId("default") } })).Ok().Json))
            .Add("search", async s =>
            {
                var answer = (await s.SendAsync(HttpMethod.Get, $"/open-apis/search/v1/user?query={Uri.EscapeDataString(s.Someone.Name)}", await s.LoginAsync(s.Someone))).Ok();
                Shape.Check("""{"code":0,"msg":"ok","data":{"has_more":false,"users":[{"avatar":{},"department_ids":["od-"],"name":"x","open_id":"ou_","user_id":"x"}]}}""", answer.Json);
            })
            .Add("update_user_id taken 41011, missing 41054, good", async s =>
            {
                var path = $"/open-apis/contact/v3/users/{s.Someone.OpenId("default")}/update_user_id";
                var token = await s.TokenAsync();
                (await s.SendAsync(HttpMethod.Patch, path, token, new { new_user_id = s.Main.Last(user => !user.IsResigned).UserId })).Is(400, 41011);
                (await s.SendAsync(HttpMethod.Patch, path, token, new { })).Is(400, 41054);
                (await s.SendAsync(HttpMethod.Patch, path, token, new { new_user_id = "fresh" })).Ok();
            })
            .Add("delete and resurrect", async s =>
            {
                var user = s.Main.Last(known => known.Status == "activated");
                var path = $"/open-apis/contact/v3/users/{user.OpenId("default")}";
                (await s.SendAsync(HttpMethod.Delete, path, await s.TokenAsync())).Ok();
                Assert.True((await s.CallAsync($"users/{user.OpenId("default")}")).Ok().Data.GetProperty("user").GetProperty("status").GetProperty("is_resigned").GetBoolean());
                (await s.SendAsync(HttpMethod.Post, path + "/resurrect", await s.TokenAsync(), new { })).Ok();
            }),
        new Section("4.1", "Department object")
            .Answers("the example", $$$"""{"data":{"department":{{{Department}}}}}""", s => $"departments/{s.Departments[0].OpenId}")
            .Add("without field scopes little more than its id", async s =>
            {
                await s.ControlAsync("PUT", "apps/sibling", new { scopes = new[] { "contact:contact.base:readonly" } });
                Assert.Equal(["open_department_id"], (await s.CallAsync($"departments/{s.Departments[0].OpenId}", "sibling")).Ok().Data.GetProperty("department").EnumerateObject().Select(member => member.Name));
            }),
        new Section("4.2", "Department endpoints")
            .Answers("children", $$$"""{"data":{"has_more":true,"page_token":"x","items":[{{{Department}}}]}}""", _ => "departments/0/children?page_size=1")
            .Answers("batch", $$$"""{"data":{"items":[{{{Department}}}]}}""", s => $"departments/batch?department_ids={s.Departments[0].OpenId}")
            .Answers("parent", $$$"""{"data":{"has_more":false,"items":[{{{Department}}}]}}""", s => $"departments/parent?department_id={s.Departments.Last(department => department.Tenant == s.MainTenant).OpenId}")
            .Answers("list without parent is the root", """{"data":{"has_more":false,"items":[{"open_department_id":"0"}]}}""", _ => "departments")
            .Answers("scopes of all staff", """{"data":{"department_ids":["od-"],"user_ids":["ou_"],"group_ids":["g"],"has_more":false}}""", _ => "scopes?page_size=100")
            .Refuses("custom id with the default type 99992357", 400, 99992357, s => $"departments/{s.Departments[0].CustomId}")
            .Refuses("unknown custom id 99992380", 400, 99992380, _ => "departments/nowhere?department_id_type=department_id")
            .Refuses("root without all-staff scope 40004", 403, 40004, _ => "departments/0/children", "narrow")
            .Refuses("parent without id 44102", 400, 44102, _ => "departments/parent")
            .Refuses("page_size 40011", 400, 40011, _ => "departments/0/children?page_size=0")
            .Add("big department 43010", async s =>
            {
                await s.ControlAsync("PUT", "switches", new { BigDepartment = 5 });
                (await s.CallAsync("departments/0/children?fetch_child=true")).Is(400, 43010);
                (await s.CallAsync("departments/0/children")).Ok();
            })
            .Add("search takes a user token", async s =>
            {
                (await s.SendAsync(HttpMethod.Post, "/open-apis/contact/v3/departments/search", await s.TokenAsync(), new { query = "a" })).Is(400, 99991663);
                (await s.SendAsync(HttpMethod.Post, "/open-apis/contact/v3/departments/search", await s.LoginAsync(s.Someone), new { query = "" })).Is(400, 48001);
            }),
    ];
}
