using Grpc.Core;
using IdentityGrpc.Server.Tests.Fixtures;
using IdentityGrpc.Testing.Server;
using IdentityGrpc.V1;

namespace IdentityGrpc.Server.Tests.Services;

/// <summary>Callers who leave or run out of time while the platform does not answer at all.</summary>
public class AbandonedCallTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Rpcs => ["ResolveByContact", "ConvertId", "StreamDepartmentMembers"];

    [Theory]
    [MemberData(nameof(Rpcs))]
    public async Task Call_CancelledWhileThePlatformIsSilent_EndsAtOnceAndHarmsNobody(string rpc)
    {
        await using var platform = await SilentPlatform.StartAsync();
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var call = CallAsync(platform.Running, rpc, null, leave.Token);
        await platform.AskedAsync(Stop);
        await leave.CancelAsync();
        await RpcFailures.ExpectAsync(StatusCode.Cancelled, () => call);
        await AssertUnharmedAsync(platform.Running);
    }

    [Theory]
    [MemberData(nameof(Rpcs))]
    public async Task Call_WhoseDeadlinePasses_IsDeadlineExceededWithDetailsBeforeTheClientGivesUp(string rpc)
    {
        await using var platform = await SilentPlatform.StartAsync();
        var deadline = TimeProvider.System.GetUtcNow().AddSeconds(1).UtcDateTime;
        var failure = await RpcFailures.ExpectAsync(StatusCode.DeadlineExceeded, () => CallAsync(platform.Running, rpc, deadline, Stop));
        Assert.Equal("DEADLINE_EXCEEDED", failure.Reason());
        await AssertUnharmedAsync(platform.Running);
    }

    [Fact]
    public async Task Call_WithADeadlineInThePast_IsDeadlineExceeded()
    {
        await using var platform = await SilentPlatform.StartAsync();
        var deadline = TimeProvider.System.GetUtcNow().AddSeconds(-1).UtcDateTime;
        await RpcFailures.ExpectAsync(StatusCode.DeadlineExceeded, () => CallAsync(platform.Running, "ConvertId", deadline, Stop));
        await AssertUnharmedAsync(platform.Running);
    }

    private static async Task CallAsync(RunningServer server, string rpc, DateTime? deadline, CancellationToken stop)
    {
        switch (rpc)
        {
            case "ResolveByContact":
                await server.Identity.ResolveByContactAsync(new() { App = "default", Contacts = { new Contact { Email = "ada@example.test" } } }, deadline: deadline, cancellationToken: stop);
                break;
            case "ConvertId":
                await server.Identity.ConvertIdAsync(new() { App = "default", Ids = { "ada" } }, deadline: deadline, cancellationToken: stop);
                break;
            default:
                using (var call = server.Identity.StreamDepartmentMembers(new() { App = "default", DepartmentId = "0" }, deadline: deadline, cancellationToken: stop))
                {
                    Assert.False(await call.ResponseStream.MoveNext(stop));
                }
                break;
        }
    }

    private static async Task AssertUnharmedAsync(RunningServer server)
    {
        await HealthCalls.AssertServingAsync(server.Channel, Stop);
        var next = await server.Identity.ConvertIdAsync(new() { App = "default", Ids = { "ada", "" }, Freshness = new() { CachedOnly = true } }, cancellationToken: Stop);
        Assert.Equal([UnresolvedReason.NotCached, UnresolvedReason.InvalidInput], next.Conversions.Select(c => c.Unresolved.Reason));
    }
}
