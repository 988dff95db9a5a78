using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Feishu.Tests.Platform;

/// <summary>Tokens and faults as the sandbox plays them.</summary>
public sealed class PlatformFaultTests
{
    private const string TokenApi = "POST /open-apis/auth/v3/tenant_access_token/internal";

    [Fact]
    public async Task Token_EndedForFiftyCallersAtOnce_CostsOneFetch()
    {
        await using var bed = await SandboxBed.StartAsync();
        await GetAsync(bed);
        await bed.Truth.SendAsync(HttpMethod.Delete, "tokens", cancellationToken: TestContext.Current.CancellationToken);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => GetAsync(bed)));

        Assert.All(outcomes, outcome => Assert.True(outcome.Succeeded));
        Assert.Equal(2, await bed.CallsAsync(TokenApi));
    }

    [Fact]
    public async Task Token_SecretChanged_IsNoPermission()
    {
        await using var bed = await SandboxBed.StartAsync();
        await bed.ChangeAppAsync("default", new { app_secret = "another" });

        Assert.Equal((FailureReason.NoPermission, 10014), (await GetAsync(bed)).Failure is { } failure ? (failure.Reason, failure.Code!.Value) : default);
    }

    [Fact]
    public async Task StoreApp_WithoutThenWithTicket_ReadsBothTenants()
    {
        await using var bed = await SandboxBed.StartAsync();
        var missing = await bed.Directory.ListScopesAsync(bed.Scope("store"), null, Wire.Bed.Call);
        Assert.True(missing.Failure!.Retryable);
        await bed.PushTicketAsync();

        foreach (string tenant in bed.Apps["store"].TenantKeys)
        {
            var user = bed.Users[tenant].First(user => user is { IsResigned: false, Email: not null });
            Assert.Equal(user.OpenIds["store"], (await bed.FindAsync(SandboxBed.Email(user.Email!), scope: bed.Scope("store", tenant))).Id);
        }
    }

    [Theory]
    [InlineData("reset")]
    [InlineData("truncate")]
    [InlineData("malformed")]
    public async Task Call_FaultTwice_IsAnsweredByTheThirdTry(string kind)
    {
        await using var bed = await SandboxBed.StartAsync();
        await bed.FaultAsync(new { api = Apis.UsersBatch, kind, times = 2 });

        Assert.True((await GetAsync(bed)).Succeeded);
        Assert.Equal(2, bed.Budget.Taken.Count);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    public async Task Call_StatusForEver_IsUnavailable(int status)
    {
        await using var bed = await SandboxBed.StartAsync();
        await bed.FaultAsync(new { api = Apis.UsersBatch, kind = "status", status });

        var failure = (await GetAsync(bed)).Failure!;

        Assert.Equal((FailureReason.UpstreamUnavailable, true), (failure.Reason, failure.Retryable));
        Assert.Equal(2, bed.Budget.Taken.Count);
    }

    [Fact]
    public async Task Call_LimitReached_TellsTheBudgetWhenToComeBack()
    {
        await using var bed = await SandboxBed.StartAsync(new FeishuOptions { Retries = 0 });
        await bed.ChangeAppAsync("default", new { limits = new { per_second = 1000, per_minute = 3 } });
        for (int i = 0; i < 3; i++) await GetAsync(bed);

        var outcome = await GetAsync(bed);

        Assert.Equal(FailureReason.BudgetExhausted, outcome.Failure!.Reason);
        Assert.InRange(outcome.Failure.RetryAfter!.Value, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(60));
        Assert.Equal(outcome.Failure.RetryAfter, Assert.Single(bed.Budget.Pauses).Reset);
    }

    private static Task<Outcome<IReadOnlyList<Person>>> GetAsync(SandboxBed bed) => bed.GetAsync(IdType.OpenId, bed.Scope(), bed.Someone.OpenIds["default"]);
}
