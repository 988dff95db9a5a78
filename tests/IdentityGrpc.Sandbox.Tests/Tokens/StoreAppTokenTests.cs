namespace IdentityGrpc.Sandbox.Tests.Tokens;

public sealed class StoreAppTokenTests
{
    private const string Auth = "/open-apis/auth/v3/";

    [Fact]
    public async Task TicketAppTokenTenantToken_EachTenant_SeesItsOwnPeople()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var store = sandbox.Apps["store"];
        var appToken = await AppTokenAsync(sandbox, store.Json.GetProperty("app_ticket").GetString()!);
        Assert.StartsWith("a-", appToken, StringComparison.Ordinal);
        foreach (var tenant in store.Tenants)
        {
            var token = (await sandbox.PostAsync(Auth + "tenant_access_token", new { app_access_token = appToken, tenant_key = tenant })).Ok().Json.GetProperty("tenant_access_token").GetString()!;
            var user = sandbox.Users.First(known => known.Tenant == tenant && !known.IsResigned);
            var foreign = sandbox.Users.First(known => store.Tenants.Contains(known.Tenant) && known.Tenant != tenant && !known.IsResigned);
            (await sandbox.SendAsync(HttpMethod.Get, $"/open-apis/contact/v3/users/{user.OpenId("store")}", token)).Ok();

            // R10: another tenant's user is out of reach by every id.
            (await sandbox.SendAsync(HttpMethod.Get, $"/open-apis/contact/v3/users/{foreign.OpenId("store")}", token)).Is(400, 41050);
            (await sandbox.SendAsync(HttpMethod.Get, $"/open-apis/contact/v3/users/{foreign.UserId}?user_id_type=user_id", token)).Is(400, 99992360);
            (await sandbox.SendAsync(HttpMethod.Get, $"/open-apis/contact/v3/users/{foreign.UnionId("isv")}?user_id_type=union_id", token)).Is(400, 99992381);
            Assert.Empty((await sandbox.SendAsync(HttpMethod.Get, $"/open-apis/contact/v3/users/batch?user_ids={foreign.OpenId("store")}", token)).Ok().Items);
        }
    }

    [Fact]
    public async Task Errors_AreTheTablesCodes()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var store = sandbox.Apps["store"];
        (await sandbox.PostAsync(Auth + "app_access_token", new { app_id = store.Id, app_secret = store.Secret, app_ticket = "wrong" })).Is(200, 10012);
        (await sandbox.PostAsync(Auth + "app_access_token", new { app_id = store.Id, app_secret = store.Secret })).Is(200, 10003);
        (await sandbox.PostAsync(Auth + "tenant_access_token", new { app_access_token = "a-wrong", tenant_key = store.Tenants[0] })).Is(400, 99991664);
        var appToken = await AppTokenAsync(sandbox, store.Json.GetProperty("app_ticket").GetString()!);
        (await sandbox.PostAsync(Auth + "tenant_access_token", new { app_access_token = appToken, tenant_key = "elsewhere" })).Is(200, 10013);
        (await sandbox.PostAsync(Auth + "app_ticket/resend", sandbox.Credentials("default"))).Is(200, 10016);
        (await sandbox.PostAsync(Auth + "app_ticket/resend", sandbox.Credentials("store"))).Ok();
        (await sandbox.SendAsync(HttpMethod.Get, "/open-apis/contact/v3/scopes", appToken)).Is(400, 99991671);
    }

    [Fact]
    public async Task Ticket_RenewedHourly_LeavesTheOneBeforeGood()
    {
        var clock = new ManualTimeProvider();
        await using var sandbox = await RunningSandbox.StartAsync(clock);
        var first = sandbox.Apps["store"].Json.GetProperty("app_ticket").GetString()!;
        clock.Advance(TimeSpan.FromHours(1));
        await sandbox.ReadTruthAsync();
        var second = sandbox.Apps["store"].Json.GetProperty("app_ticket").GetString()!;
        Assert.NotEqual(first, second);
        await AppTokenAsync(sandbox, first);
        await AppTokenAsync(sandbox, second);
        clock.Advance(TimeSpan.FromHours(1));
        (await sandbox.PostAsync(Auth + "app_access_token", new { app_id = sandbox.Apps["store"].Id, app_secret = sandbox.Apps["store"].Secret, app_ticket = first })).Is(200, 10012);
    }

    private static async Task<string> AppTokenAsync(RunningSandbox sandbox, string ticket) =>
        (await sandbox.PostAsync(Auth + "app_access_token", new { app_id = sandbox.Apps["store"].Id, app_secret = sandbox.Apps["store"].Secret, app_ticket = ticket }))
            .Ok().Json.GetProperty("app_access_token").GetString()!;
}
