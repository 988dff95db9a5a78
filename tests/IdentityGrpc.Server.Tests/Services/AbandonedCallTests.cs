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
        var call = CallAsync(platform.Running.Identity, rpc, new CallOptions(cancellationToken: leave.Token));
        await platform.AskedAsync(Stop);
        await leave.CancelAsync();
        await RpcFailures.ExpectAsync(StatusCode.Cancelled, () => call);
        await AssertUnharmedAsync(platform.Running);
    }

    [Theory]
    [MemberData(nameof(Rpcs))]
    public async Task Call_WhoseDeadlinePasses_IsDeadlineExceededWithDetails(string rpc)
    {
        await using var platform = await SilentPlatform.StartAsync();
        using var client = new ServerDeadline(platform.Running, TimeSpan.FromSeconds(1));
        var failure = await RpcFailures.ExpectAsync(StatusCode.DeadlineExceeded, () => CallAsync(client.Identity, rpc, new CallOptions(cancellationToken: Stop)));
        Assert.Equal("DEADLINE_EXCEEDED", failure.Reason());
        await AssertUnharmedAsync(platform.Running);
    }

    [Fact]
    public async Task Call_WithADeadlineInThePast_IsDeadlineExceeded()
    {
        await using var platform = await SilentPlatform.StartAsync();
        var deadline = TimeProvider.System.GetUtcNow().AddSeconds(-1).UtcDateTime;
        await RpcFailures.ExpectAsync(StatusCode.DeadlineExceeded, () => CallAsync(platform.Running.Identity, "ConvertId", new CallOptions(deadline: deadline, cancellationToken: Stop)));
        await AssertUnharmedAsync(platform.Running);
    }

    private static async Task CallAsync(IdentityService.IdentityServiceClient client, string rpc, CallOptions options)
    {
        switch (rpc)
        {
            case "ResolveByContact":
                await client.ResolveByContactAsync(new() { App = "default", Contacts = { new Contact { Email = "ada@example.test" } } }, options);
                break;
            case "ConvertId":
                await client.ConvertIdAsync(new() { App = "default", Ids = { "ada" } }, options);
                break;
            default:
                using (var call = client.StreamDepartmentMembers(new() { App = "default", DepartmentId = "0" }, options))
                {
                    Assert.False(await call.ResponseStream.MoveNext(options.CancellationToken));
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
