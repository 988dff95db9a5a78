namespace IdentityGrpc.Sandbox.Tests.Tokens;

public sealed class CustomAppTokenTests
{
    private const string TenantToken = "/open-apis/auth/v3/tenant_access_token/internal";

    [Fact]
    public async Task TenantToken_AboveThirtyMinutes_IsTheSameWithLessToLive()
    {
        var clock = new ManualTimeProvider();
        await using var sandbox = await RunningSandbox.StartAsync(clock);
        var first = await IssueAsync(sandbox);
        clock.Advance(TimeSpan.FromMinutes(90));
        var second = await IssueAsync(sandbox);
        Assert.Equal((first.Token, 7200, 1800), (second.Token, first.Expire, second.Expire));
    }

    [Fact]
    public async Task TenantToken_BelowThirtyMinutes_IsNewAndTheOldLivesOnToItsEnd()
    {
        var clock = new ManualTimeProvider();
        await using var sandbox = await RunningSandbox.StartAsync(clock);
        var old = await IssueAsync(sandbox);
        clock.Advance(TimeSpan.FromMinutes(90) + TimeSpan.FromSeconds(1));
        var fresh = await IssueAsync(sandbox);
        Assert.NotEqual(old.Token, fresh.Token);
        Assert.Equal(7200, fresh.Expire);
        (await CallAsync(sandbox, old.Token)).Ok();
        (await CallAsync(sandbox, fresh.Token)).Ok();

        clock.Advance(TimeSpan.FromMinutes(30));
        (await CallAsync(sandbox, old.Token)).Is(400, 99991663);
        (await CallAsync(sandbox, fresh.Token)).Ok();
    }

    [Fact]
    public async Task AppToken_OfACustomApp_IsItsTenantToken()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var answer = (await sandbox.PostAsync("/open-apis/auth/v3/app_access_token/internal", sandbox.Credentials("default"))).Ok();
        Assert.Equal(answer.Json.GetProperty("tenant_access_token").GetString(), answer.Json.GetProperty("app_access_token").GetString());
        Assert.StartsWith("t-", answer.Json.GetProperty("app_access_token").GetString(), StringComparison.Ordinal);
        Assert.Equal("ok", answer.Message);
    }

    [Fact]
    public async Task U13_TenantToken_WrongCredentials_AreStatus200WithACode()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        (await sandbox.PostAsync(TenantToken, new { app_id = sandbox.Apps["default"].Id, app_secret = "wrong" })).Is(200, 10014);
        (await sandbox.PostAsync(TenantToken, new { app_id = "cli_unknown", app_secret = "x" })).Is(200, 10003);
        (await sandbox.PostAsync(TenantToken, new { app_id = "cli_unknown" })).Is(200, 10003);
        (await sandbox.PostAsync(TenantToken, "{")).Is(200, 10003);
        (await sandbox.PostAsync(TenantToken, sandbox.Credentials("store"))).Is(200, 10005);
    }

    [Fact]
    public async Task TenantToken_HammeredByFifty_IsOne()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var issued = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => IssueAsync(sandbox))));
        Assert.Single(issued.Select(token => token.Token).Distinct());
    }

    [Fact]
    public async Task TenantToken_TrailingSlash_IsAccepted()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        (await sandbox.PostAsync(TenantToken + "/", sandbox.Credentials("default"))).Ok();
    }

    private static async Task<(string Token, int Expire)> IssueAsync(RunningSandbox sandbox)
    {
        var json = (await sandbox.PostAsync(TenantToken, sandbox.Credentials("default"))).Ok().Json;
        return (json.GetProperty("tenant_access_token").GetString()!, json.GetProperty("expire").GetInt32());
    }

    private static Task<Answer> CallAsync(RunningSandbox sandbox, string token) => sandbox.SendAsync(HttpMethod.Get, "/open-apis/contact/v3/scopes", token);
}
