using System.Text.Json;

namespace IdentityGrpc.Sandbox.Tests.Conformance;

/// <summary>Reference §0 and §1.</summary>
internal static class TokenSections
{
    private const string Auth = "/open-apis/auth/v3/", Internal = Auth + "tenant_access_token/internal";

    public static readonly Section[] All =
    [
        new Section("0", "Conventions")
            .Add("user_id_type defaults to open_id", async s => Assert.Single((await s.CallAsync($"users/batch?user_ids={s.Someone.OpenId("default")}")).Ok().Items))
            .Add("department_id_type defaults to open_department_id", async s => (await s.CallAsync($"departments/{s.Departments[0].OpenId}")).Ok())
            .Add("root is 0 under either type", async s =>
            {
                (await s.CallAsync("departments/0")).Ok();
                (await s.CallAsync("departments/0?department_id_type=department_id")).Ok();
            })
            .Add("an empty list has no items", async s =>
            {
                await s.ControlAsync("PUT", "apps/narrow", new { contact_scope = new { all = false } });
                Assert.Equal("""{"code":0,"data":{"has_more":false},"msg":"success"}""", (await s.CallAsync("users", "narrow")).Ok().Text);
            })
            .Add("members come in alphabetical order", async s => Assert.Equal(["code", "data", "msg"], (await s.CallAsync("scopes")).Ok().Json.EnumerateObject().Select(member => member.Name))),
        new Section("1.1", "Custom app")
            .Add("tenant token", async s =>
            {
                var answer = (await s.PostAsync(Internal, s.Credentials("default"))).Ok();
                Shape.Check("""{"code":0,"msg":"ok","tenant_access_token":"t-…","expire":7200}""", answer.Json);
                Assert.False(answer.Json.TryGetProperty("data", out _));
                Assert.StartsWith("t-", answer.Json.GetProperty("tenant_access_token").GetString(), StringComparison.Ordinal);
            })
            .Add("app token equals the tenant token", async s =>
            {
                var json = (await s.PostAsync(Auth + "app_access_token/internal", s.Credentials("default"))).Ok().Json;
                Assert.Equal(json.GetProperty("tenant_access_token").GetString(), json.GetProperty("app_access_token").GetString());
            }),
        new Section("1.2", "Store app")
            .Add("ticket resend", async s => Shape.Check("""{"code":0,"msg":"success"}""", (await s.PostAsync(Auth + "app_ticket/resend", s.Credentials("store"))).Ok().Json))
            .Add("app token and tenant token", async s =>
            {
                var store = s.Apps["store"];
                var app = (await s.PostAsync(Auth + "app_access_token", new { app_id = store.Id, app_secret = store.Secret, app_ticket = store.Json.GetProperty("app_ticket").GetString() })).Ok().Json;
                Shape.Check("""{"code":0,"msg":"ok","app_access_token":"a-…","expire":7140}""", app);
                var tenant = (await s.PostAsync(Auth + "tenant_access_token", new { app_access_token = app.GetProperty("app_access_token").GetString(), tenant_key = store.Tenants[1] })).Ok().Json;
                Shape.Check("""{"code":0,"msg":"ok","tenant_access_token":"t-…","expire":7140}""", tenant);
            })
            .Add("app_ticket event", async s =>
            {
                await using var webhook = await Webhook.StartAsync();
                await s.ControlAsync("PUT", "subscriptions/store", new { url = webhook.Url, token = "vt" });
                Shape.Check("""{"ts":"1","uuid":"u","token":"vt","type":"event_callback","event":{"app_id":"cli_","app_ticket":"t","type":"app_ticket"}}""", (await webhook.NextAsync()).Json);
            }),
        new Section("1.3", "Life of tokens")
            .Add("the same token while half an hour is left, then a new one beside it", async _ =>
            {
                var clock = new ManualTimeProvider();
                await using var s = await RunningSandbox.StartAsync(clock);
                var first = await TokenAsync(s);
                clock.Advance(TimeSpan.FromMinutes(90));
                var same = await TokenAsync(s);
                Assert.Equal((first.Token, 1800), (same.Token, same.Expire));
                clock.Advance(TimeSpan.FromSeconds(1));
                var next = await TokenAsync(s);
                Assert.NotEqual(first.Token, next.Token);
                (await s.SendAsync(HttpMethod.Get, "/open-apis/contact/v3/scopes", first.Token)).Ok();
                (await s.SendAsync(HttpMethod.Get, "/open-apis/contact/v3/scopes", next.Token)).Ok();
            })
            .Add("U32: scope changes reach tokens at once", async s =>
            {
                var token = await s.TokenAsync("sibling");
                await s.ControlAsync("PUT", "apps/sibling", new { scopes = Array.Empty<string>() });
                (await s.SendAsync(HttpMethod.Get, "/open-apis/contact/v3/scopes", token)).Is(400, 99991672);
            }),
        new Section("1.4", "Token errors")
            .Add("10003 invalid param", async s =>
            {
                var answer = await s.PostAsync(Internal, new { });
                answer.Is(200, 10003);
                Assert.Equal("""{"code":10003,"data":{},"msg":"invalid param"}""", answer.Text);
            })
            .Add("10014 app secret invalid", async s => (await s.PostAsync(Internal, new { app_id = s.Apps["default"].Id, app_secret = "x" })).Is(200, 10014))
            .Add("10012 wrong ticket", async s => (await s.PostAsync(Auth + "app_access_token", new { app_id = s.Apps["store"].Id, app_secret = s.Apps["store"].Secret, app_ticket = "x" })).Is(200, 10012))
            .Add("10016 not a store app", async s => (await s.PostAsync(Auth + "app_ticket/resend", s.Credentials("default"))).Is(200, 10016))
            .Add("99991663 invalid t- token", async s => (await s.SendAsync(HttpMethod.Get, "/open-apis/contact/v3/scopes", "t-x")).Is(400, 99991663))
            .Add("99991664 invalid app token", async s => (await s.PostAsync(Auth + "tenant_access_token", new { app_access_token = "a-x", tenant_key = "k" })).Is(400, 99991664)),
    ];

    private static async Task<(string Token, int Expire)> TokenAsync(RunningSandbox s)
    {
        JsonElement json = (await s.PostAsync(Internal, s.Credentials("default"))).Ok().Json;
        return (json.GetProperty("tenant_access_token").GetString()!, json.GetProperty("expire").GetInt32());
    }
}
