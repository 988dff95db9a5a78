namespace IdentityGrpc.Sandbox.Tests.Conformance;

/// <summary>Reference §5.</summary>
internal static class LoginSections
{
    private const string UserInfo = "/open-apis/authen/v1/user_info", Passport = "/suite/passport/oauth/userinfo";

    private const string Members = """
        "name":"x","en_name":"x","avatar_url":"x","avatar_thumb":"x","avatar_middle":"x","avatar_big":"x","open_id":"ou_","union_id":"on_",
        "email":"x","user_id":"x","mobile":"x","tenant_key":"x","employee_no":"x"
        """;

    public static readonly Section[] All =
    [
        new Section("5.1", "authen/v1/user_info")
            .Add("the members", async s => Shape.Check($$$"""{"code":0,"data":{{{{Members}}}}}""", (await s.SendAsync(HttpMethod.Get, UserInfo, await s.LoginAsync(s.Someone))).Ok().Json))
            .Add("20005 in a 200", async s => (await s.SendAsync(HttpMethod.Get, UserInfo, "u-x")).Is(200, 20005))
            .Add("20021 resigned", async s => (await s.SendAsync(HttpMethod.Get, UserInfo, await s.LoginAsync(s.Main.First(user => user.IsResigned)))).Is(200, 20021))
            .Add("20022 frozen", async s => (await s.SendAsync(HttpMethod.Get, UserInfo, await s.LoginAsync(s.Main.First(user => user.Status == "frozen")))).Is(200, 20022))
            .Add("20023 not registered", async s => (await s.SendAsync(HttpMethod.Get, UserInfo, await s.LoginAsync(s.Main.First(user => user.Status == "unjoined")))).Is(200, 20023)),
        new Section("5.2", "passport userinfo (seed 003)")
            .Add("the members, without an envelope", async s =>
            {
                var json = (await s.SendAsync(HttpMethod.Get, Passport, await s.LoginAsync(s.Someone))).Json;
                Shape.Check($$$"""{"sub":"ou_","picture":"x",{{{Members}}}}""", json);
                Assert.False(json.TryGetProperty("code", out _));
            })
            .Add("user_id and employee_no are for custom apps only", async s =>
            {
                var json = (await s.SendAsync(HttpMethod.Get, Passport, await s.LoginAsync(s.Someone, "store"))).Json;
                Assert.All(["user_id", "employee_no"], name => Assert.False(json.TryGetProperty(name, out _)));
            }),
        new Section("5.3", "Token endpoints")
            .Add("oidc access token", async s =>
            {
                var answer = await s.SendAsync(HttpMethod.Post, "/open-apis/authen/v1/oidc/access_token", await s.TokenAsync(), new { grant_type = "authorization_code", code = await CodeAsync(s) });
                Shape.Check("""{"code":0,"data":{"access_token":"u-","refresh_token":"ur-","token_type":"Bearer","expires_in":7199,"refresh_expires_in":2591999,"scope":"x"}}""", answer.Ok().Json);
            })
            .Add("oidc wrong code is 200", async s => (await s.SendAsync(HttpMethod.Post, "/open-apis/authen/v1/oidc/access_token", await s.TokenAsync(), new { grant_type = "authorization_code", code = "x" })).Is(200, 20003))
            .Add("v2 token", async s =>
            {
                var answer = await s.PostAsync("/open-apis/authen/v2/oauth/token", new { grant_type = "authorization_code", client_id = s.Apps["default"].Id, client_secret = s.Apps["default"].Secret, code = await CodeAsync(s) });
                Shape.Check("""{"code":0,"access_token":"eyJ","expires_in":7200,"refresh_token":"x","refresh_token_expires_in":604800,"scope":"x","token_type":"Bearer"}""", answer.Ok().Json);
            })
            .Add("v2 failure is OAuth's", async s =>
            {
                var answer = await s.PostAsync("/open-apis/authen/v2/oauth/token", new { grant_type = "authorization_code", client_id = s.Apps["default"].Id, client_secret = s.Apps["default"].Secret, code = "x" });
                answer.Is(400, 20003);
                Shape.Check("""{"error":"invalid_grant","error_description":"…","code":20003}""", answer.Json);
            }),
    ];

    private static async Task<string> CodeAsync(RunningSandbox s) => (await s.ControlAsync("POST", "logins", new { user_id = s.Someone.UserId })).Json.GetProperty("code").GetString()!;
}
