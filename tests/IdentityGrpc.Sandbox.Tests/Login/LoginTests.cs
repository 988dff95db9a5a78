namespace IdentityGrpc.Sandbox.Tests.Login;

public sealed class LoginTests
{
    private const string UserInfo = "/open-apis/authen/v1/user_info", Passport = "/suite/passport/oauth/userinfo";

    [Fact]
    public async Task R12_R13_UserInfo_BothGenerations_AreTheTruth()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var user = sandbox.Someone;
        var token = await sandbox.LoginAsync(user);
        var data = (await sandbox.SendAsync(HttpMethod.Get, UserInfo, token)).Ok().Data;
        Assert.Equal((user.OpenId("default"), user.UnionId("sandbox"), user.UserId, user.Email, user.Mobile, user.Tenant),
            (Text("open_id"), Text("union_id"), Text("user_id"), Text("email"), Text("mobile"), Text("tenant_key")));

        var old = await sandbox.SendAsync(HttpMethod.Get, Passport, token);
        Assert.Equal((200, "application/json; charset=UTF-8"), (old.Status, old.ContentType));
        Assert.False(old.Json.TryGetProperty("code", out _));
        Assert.Equal(old.Json.GetProperty("open_id").GetString(), old.Json.GetProperty("sub").GetString());
        Assert.Equal(old.Json.GetProperty("avatar_url").GetString(), old.Json.GetProperty("picture").GetString());
        Assert.Equal((user.Tenant, user.UserId), (old.Json.GetProperty("tenant_key").GetString(), old.Json.GetProperty("user_id").GetString()));

        string? Text(string name) => data.GetProperty(name).GetString();
    }

    [Fact]
    public async Task R13_UserInfo_WithoutScopesOrOfAStoreApp_LeavesFieldsOut()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var user = sandbox.Someone;
        var few = (await sandbox.SendAsync(HttpMethod.Get, UserInfo, await sandbox.LoginAsync(user, "default", "contact:user.email:readonly"))).Ok().Data;
        Assert.True(few.TryGetProperty("email", out _));
        Assert.All(["user_id", "employee_no", "mobile"], name => Assert.False(few.TryGetProperty(name, out _)));
        var store = (await sandbox.SendAsync(HttpMethod.Get, UserInfo, await sandbox.LoginAsync(user, "store"))).Ok().Data;
        Assert.All(["user_id", "employee_no"], name => Assert.False(store.TryGetProperty(name, out _)));
        Assert.Equal(user.OpenId("store"), store.GetProperty("open_id").GetString());
    }

    [Fact]
    public async Task UserInfo_Failures_AreStatus200WithACode()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        (await sandbox.GetAsync(UserInfo)).Is(200, 20005);
        (await sandbox.SendAsync(HttpMethod.Get, UserInfo, "u-wrong")).Is(200, 20005);
        (await sandbox.SendAsync(HttpMethod.Get, UserInfo, await sandbox.TokenAsync())).Is(200, 20005);
        foreach (var (status, code) in ((string, int)[])[("resigned", 20021), ("frozen", 20022), ("unjoined", 20023)])
        {
            (await sandbox.SendAsync(HttpMethod.Get, UserInfo, await sandbox.LoginAsync(sandbox.Main.First(user => user.Status == status)))).Is(200, code);
        }

        Assert.Equal(401, (await sandbox.SendAsync(HttpMethod.Get, Passport, "u-wrong")).Status);
    }

    [Fact]
    public async Task R23_UserToken_SeesTheOrganisationNotTheAppsScope()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var token = await sandbox.LoginAsync(sandbox.Someone, "narrow");
        (await sandbox.CallAsync("departments/0", "narrow")).Is(403, 40004);
        (await sandbox.SendAsync(HttpMethod.Get, "/open-apis/contact/v3/departments/0", token)).Ok();
        (await sandbox.SendAsync(HttpMethod.Post, "/open-apis/contact/v3/users/batch_get_id", token, new { })).Is(400, 99991668);
    }

    [Fact]
    public async Task UserToken_ScopeNotGranted_Is99991679()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var token = await sandbox.LoginAsync(sandbox.Someone, "default", "contact:user.base:readonly");
        var answer = await sandbox.SendAsync(HttpMethod.Get, "/open-apis/contact/v3/departments/0", token);
        answer.Is(400, 99991679);
        Assert.Equal("action_privilege_required", answer.Json.GetProperty("error").GetProperty("permission_violations")[0].GetProperty("type").GetString());
    }

    [Fact]
    public async Task R40_Search_FindsByNameWithoutTheResigned()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var token = await sandbox.LoginAsync(sandbox.Someone);
        var name = sandbox.Main.Where(user => user.IsResigned).Select(user => user.Name).First();
        List<string> found = [];
        for (string? page = ""; page is not null;)
        {
            var answer = (await sandbox.SendAsync(HttpMethod.Get, $"/open-apis/search/v1/user?query={Uri.EscapeDataString(name)}&page_size=1&page_token={page}", token)).Ok();
            Assert.Equal("ok", answer.Message);
            found.AddRange(answer.Data.GetProperty("users").EnumerateArray().Select(user => user.GetProperty("open_id").GetString()!));
            page = answer.PageToken;
        }

        Assert.Equal(sandbox.Main.Where(user => !user.IsResigned && user.Name.Contains(name, StringComparison.Ordinal)).Select(user => user.OpenId("default")), found);
        (await sandbox.SendAsync(HttpMethod.Get, "/open-apis/search/v1/user?query=a", await sandbox.TokenAsync())).Is(400, 99991663);
        (await sandbox.SendAsync(HttpMethod.Post, "/open-apis/contact/v3/departments/search", token, new { query = "" })).Is(400, 48001);
        Assert.NotEmpty((await sandbox.SendAsync(HttpMethod.Post, "/open-apis/contact/v3/departments/search", token, new { query = " 1" })).Ok().Items);
    }

    [Fact]
    public async Task Oidc_CodeAndRefreshToken_AreGoodOnce()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var user = sandbox.Someone;
        var code = (await sandbox.ControlAsync("POST", "logins", new { user_id = user.UserId })).Json.GetProperty("code").GetString();
        var appToken = await sandbox.TokenAsync();
        var first = (await sandbox.SendAsync(HttpMethod.Post, "/open-apis/authen/v1/oidc/access_token", appToken, new { grant_type = "authorization_code", code })).Ok().Data;
        Assert.StartsWith("u-", first.GetProperty("access_token").GetString(), StringComparison.Ordinal);
        (await sandbox.SendAsync(HttpMethod.Get, UserInfo, first.GetProperty("access_token").GetString())).Ok();
        (await sandbox.SendAsync(HttpMethod.Post, "/open-apis/authen/v1/oidc/access_token", appToken, new { grant_type = "authorization_code", code })).Is(200, 20003);
        var refresh = new { grant_type = "refresh_token", refresh_token = first.GetProperty("refresh_token").GetString() };
        (await sandbox.SendAsync(HttpMethod.Post, "/open-apis/authen/v1/oidc/refresh_access_token", appToken, refresh)).Ok();
        (await sandbox.SendAsync(HttpMethod.Post, "/open-apis/authen/v1/oidc/refresh_access_token", appToken, refresh)).Is(200, 20026);
        (await sandbox.SendAsync(HttpMethod.Post, "/open-apis/authen/v1/oidc/access_token", "t-wrong", new { })).Is(200, 20014);
    }

    [Fact]
    public async Task OAuthV2_CodeLivesFiveMinutes_ErrorsAreOAuth()
    {
        var clock = new ManualTimeProvider();
        await using var sandbox = await RunningSandbox.StartAsync(clock);
        var app = sandbox.Apps["default"];
        var good = await CodeAsync();
        var answer = (await TokenAsync(good)).Ok();
        Assert.StartsWith("eyJ", answer.Json.GetProperty("access_token").GetString(), StringComparison.Ordinal);
        Assert.Equal(604_800, answer.Json.GetProperty("refresh_token_expires_in").GetInt32());
        var late = await CodeAsync();
        clock.Advance(TimeSpan.FromMinutes(5));
        var refused = await TokenAsync(late);
        Assert.Equal((400, "invalid_grant", 20003), (refused.Status, refused.Json.GetProperty("error").GetString(), refused.Code));

        async Task<string> CodeAsync() => (await sandbox.ControlAsync("POST", "logins", new { user_id = sandbox.Someone.UserId })).Json.GetProperty("code").GetString()!;

        Task<Answer> TokenAsync(string code) =>
            sandbox.PostAsync("/open-apis/authen/v2/oauth/token", new { grant_type = "authorization_code", client_id = app.Id, client_secret = app.Secret, code });
    }
}
