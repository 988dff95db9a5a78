namespace IdentityGrpc.Sandbox.Tests.Conformance;

/// <summary>Reference §6.</summary>
internal static class GatewaySections
{
    private const string Scopes = "/open-apis/contact/v3/scopes";

    public static readonly Section[] All =
    [
        new Section("6.1", "Envelope")
            .Answers("success", """{"code":0,"msg":"success","data":{}}""", _ => "scopes")
            .Add("missing scope: violations and helps", async s =>
            {
                await s.ControlAsync("PUT", "apps/sibling", new { scopes = Array.Empty<string>() });
                Shape.Check("""
                    {"code":99991672,"msg":"x","error":{"message":"x","log_id":"x","troubleshooter":"x",
                     "permission_violations":[{"type":"action_scope_required","subject":"contact:user.id:readonly"}],"helps":[{"url":"x","description":"x"}]}}
                    """, (await s.BatchGetIdAsync(new { }, appName: "sibling")).Json);
            })
            .Add("field violation", async s => Shape.Check(
                """{"code":99992402,"msg":"field validation failed","error":{"log_id":"…","field_violations":[{"field":"department_id","value":"","description":"department_id is required"}]}}""",
                (await s.CallAsync("users/find_by_department")).Json)),
        new Section("6.2", "Headers")
            .Add("X-Tt-Logid on every answer", async s => Assert.NotNull((await s.CallAsync("scopes")).Header("X-Tt-Logid")))
            .Add("rate headers on a 429 alone", async s =>
            {
                await s.ControlAsync("PUT", "apps/sibling", new { limits = new { per_second = 1, per_minute = 1 } });
                Assert.Null((await s.CallAsync("scopes", "sibling")).Ok().Header("x-ogw-ratelimit-limit"));
                var throttled = await s.CallAsync("scopes", "sibling");
                throttled.Is(429, 99991400);
                Assert.Equal("1", throttled.Header("x-ogw-ratelimit-limit"));
                Assert.InRange(int.Parse(throttled.Header("x-ogw-ratelimit-reset")!, System.Globalization.CultureInfo.InvariantCulture), 1, 60);
            }),
        new Section("6.3", "Statuses and order")
            .Add("unknown path", async s => Assert.Equal((404, "404 page not found"), Plain(await s.GetAsync("/open-apis/contact/v3/nothing"))))
            .Add("wrong method", async s => Assert.Equal((404, "404 page not found"), Plain(await s.PostAsync(Scopes, new { }))))
            .Add("no Authorization", async s => (await s.GetAsync(Scopes)).Is(400, 99991661))
            .Add("bad t-", async s => (await s.SendAsync(HttpMethod.Get, Scopes, "t-x")).Is(400, 99991663))
            .Add("bad u-", async s => (await s.SendAsync(HttpMethod.Get, Scopes, "u-x")).Is(400, 99991668))
            .Add("bad eyJ", async s => (await s.SendAsync(HttpMethod.Get, Scopes, "eyJx")).Is(400, 99991668))
            .Add("token before fields", async s => (await s.GetAsync("/open-apis/contact/v3/users/batch")).Is(400, 99991661))
            .Add("scope before fields and ids", async s =>
            {
                await s.ControlAsync("PUT", "apps/stranger", new { scopes = Array.Empty<string>() });
                (await s.CallAsync("users/batch", "stranger")).Is(400, 99991672);
                (await s.CallAsync("users/batch?user_ids=x", "stranger")).Is(400, 99991672);
            })
            .Add("rate before scope", async s =>
            {
                await s.ControlAsync("PUT", "apps/stranger", new { limits = new { per_second = 1, per_minute = 1 } });
                await s.CallAsync("departments/0/children", "stranger");
                (await s.CallAsync("departments/0/children", "stranger")).Is(429, 99991400);
            })
            .Refuses("fields before ids", 400, 99992402, _ => "users/ou_x?department_id_type=x")
            .Refuses("ids before service", 400, 99992357, _ => "users/find_by_department?department_id=od-x", "narrow")
            .Add("trailing slash on the auth path", async s => (await s.PostAsync("/open-apis/auth/v3/tenant_access_token/internal/", s.Credentials("default"))).Ok()),
        new Section("6.4", "Rate windows")
            .Add("tier 4: 50 a second, 1,000 a minute", async _ => await TierAsync("scopes", HttpMethod.Get, 50, 1000))
            .Add("tier 9: departments/:id 50 a second", async _ => await TierAsync("departments/0", HttpMethod.Get, 50, 0))
            .Add("tier 6: basic_batch 5 a second", async _ => await TierAsync("users/basic_batch", HttpMethod.Post, 5, 0))
            .Add("tier 8: update_user_id 20 a second", async _ => await TierAsync("users/x/update_user_id", HttpMethod.Patch, 20, 0))
            .Add("tier 1: resurrect 10 a minute", async _ => await TierAsync("users/x/resurrect", HttpMethod.Post, 0, 10)),
        new Section("6.5", "Gateway codes")
            .Refuses("99992351", 400, 99992351, _ => "users/ou_x")
            .Refuses("99992357", 400, 99992357, _ => "departments/od-x")
            .Refuses("99992360", 400, 99992360, _ => "users/x?user_id_type=user_id")
            .Refuses("99992361", 400, 99992361, s => $"users/{s.Someone.OpenId("sibling")}")
            .Refuses("99992364", 400, 99992364, s => $"users/{s.Someone.UnionId("strangers")}?user_id_type=union_id")
            .Refuses("99992380", 400, 99992380, _ => "departments/x?department_id_type=department_id")
            .Add("99992351 names the ids", async s => Assert.Equal(
                "The request you send is not a valid {open_id} or not exists, and the example value is {ou_da5****dfe}. Invalid ids: [x]", (await s.CallAsync("users/batch?user_ids=x")).Message))
            .Add("99991662 app disabled", async s =>
            {
                await s.TokenAsync("stranger");
                await s.ControlAsync("PUT", "apps/stranger", new { enabled = false });
                (await s.CallAsync("scopes", "stranger")).Is(400, 99991662);
            })
            .Add("99991679 scope not granted by the user", async s =>
                (await s.SendAsync(HttpMethod.Get, "/open-apis/contact/v3/departments/0", await s.LoginAsync(s.Someone, "default", "contact:user.email:readonly"))).Is(400, 99991679)),
        new Section("6.6", "Contact codes")
            .Refuses("40004", 403, 40004, _ => "departments/0", "narrow")
            .Refuses("40011", 400, 40011, _ => "departments/0/children?page_size=999")
            .Refuses("40012", 400, 40012, _ => "departments/0/children?page_token=x")
            .Refuses("41050", 400, 41050, s => $"users/{s.Main.Last(user => user.Departments is ["0"]).OpenId("narrow")}", "narrow")
            .Refuses("44102", 400, 44102, _ => "departments/parent"),
    ];

    private static (int Status, string Text) Plain(Answer answer) => (answer.Status, answer.Text);

    private static async Task TierAsync(string path, HttpMethod method, int perSecond, int perMinute)
    {
        var clock = new ManualTimeProvider();
        await using var s = await RunningSandbox.StartAsync(clock);
        var token = await s.TokenAsync();
        var made = 0;
        for (var second = 0; made < perMinute || (perMinute == 0 && second < 2); second++)
        {
            var now = perSecond == 0 ? perMinute : perMinute == 0 ? perSecond : Math.Min(perSecond, perMinute - made);
            for (var i = 0; i < now; i++, made++)
            {
                Assert.NotEqual(429, (await CallAsync()).Status);
            }

            (await CallAsync()).Is(429, 99991400);
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        if (perMinute > 0)
        {
            (await CallAsync()).Is(429, 99991400);
        }

        Task<Answer> CallAsync() => s.SendAsync(method, "/open-apis/contact/v3/" + path, token, method == HttpMethod.Get ? null : new { });
    }
}
