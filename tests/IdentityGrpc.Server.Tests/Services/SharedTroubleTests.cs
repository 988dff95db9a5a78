using Google.Rpc;
using IdentityGrpc.Server.Tests.Fixtures;
using IdentityGrpc.Testing;
using IdentityGrpc.Testing.Server;
using IdentityGrpc.V1;
using StatusCode = Grpc.Core.StatusCode;

namespace IdentityGrpc.Server.Tests.Services;

/// <summary>Passing trouble: the call fails only where not one key could be answered, so that standard retry policies work (design §3).</summary>
public class SharedTroubleTests
{
    private const string BatchGetId = "POST /open-apis/contact/v3/users/batch_get_id";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ResolveByContact_WithTheMinuteSpent_IsResourceExhaustedAndSaysWhenToRetry()
    {
        await using var running = await RunningServer.StartAsync("Sandbox:PerSecond=1", "Sandbox:PerMinute=1");
        var staff = await StaffAsync(running);
        await ResolveAsync(running, staff.Take(1));
        var failure = await RpcFailures.ExpectAsync(StatusCode.ResourceExhausted, () => ResolveAsync(running, staff.Skip(1).Take(5)));
        Assert.Equal("BUDGET_EXHAUSTED", failure.Reason());
        Assert.InRange(failure.Detail<RetryInfo>().RetryDelay.ToTimeSpan(), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(61));
        // The one that is known already costs nothing.
        Assert.Equal(staff[0].OpenIds["default"], (await ResolveAsync(running, staff.Take(1))).Single().Identity.OpenId);
    }

    [Fact]
    public async Task ResolveByContact_WithRoomForHalf_AnswersThatHalfAndSaysWhenToAskForTheRest()
    {
        await using var running = await RunningServer.StartAsync("Sandbox:PerSecond=1", "Sandbox:PerMinute=1");
        var staff = (await StaffAsync(running)).Take(100).ToList();
        var answers = await ResolveAsync(running, staff);
        var found = answers.Zip(staff).Where(p => p.First.Identity is not null).ToList();
        Assert.Equal(50, found.Count);
        Assert.All(found, p => Assert.Equal(p.Second.OpenIds["default"], p.First.Identity.OpenId));
        Assert.All(answers.Where(a => a.Unresolved is not null), a =>
        {
            Assert.Equal(UnresolvedReason.BudgetExhausted, a.Unresolved.Reason);
            Assert.True(a.Unresolved.Retryable);
            Assert.InRange(a.Unresolved.RetryAfter.ToTimeSpan(), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(61));
        });
    }

    [Fact]
    public async Task ResolveByContact_WhileThePlatformFails_IsUnavailableAndMendsByItself()
    {
        await using var running = await RunningServer.StartAsync();
        var staff = await StaffAsync(running);
        await running.Truth.SendAsync(HttpMethod.Put, "faults", new { api = BatchGetId, app = "default", kind = "status", status = 500 }, Stop);
        var failure = await RpcFailures.ExpectAsync(StatusCode.Unavailable, () => ResolveAsync(running, staff.Take(3)));
        Assert.Equal("UPSTREAM_UNAVAILABLE", failure.Reason());
        await HealthCalls.AssertServingAsync(running.Channel, Stop);

        await running.Truth.SendAsync(HttpMethod.Delete, "faults", cancellationToken: Stop);
        Assert.Equal([.. staff.Take(3).Select(u => u.OpenIds["default"])], (await ResolveAsync(running, staff.Take(3))).Select(a => a.Identity.OpenId));
    }

    private static async Task<IReadOnlyList<TrueUser>> StaffAsync(RunningServer running)
    {
        string tenant = (await running.Truth.AppAsync("default", Stop)).TenantKeys.Single();
        return [.. (await running.Truth.UsersAsync(tenant, Stop)).Where(u => u is { IsResigned: false, Email: not null })];
    }

    private static async Task<IReadOnlyList<Resolution>> ResolveAsync(RunningServer running, IEnumerable<TrueUser> users)
    {
        var request = new ResolveByContactRequest { App = "default", Contacts = { users.Select(u => new Contact { Email = u.Email }) }, IdTypes = { IdType.OpenId } };
        using var client = new ServerDeadline(running, TimeSpan.FromSeconds(3));
        return (await client.Identity.ResolveByContactAsync(request, cancellationToken: Stop)).Resolutions;
    }
}
