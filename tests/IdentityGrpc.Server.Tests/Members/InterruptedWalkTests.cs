using System.Diagnostics;
using Grpc.Core;
using IdentityGrpc.Testing.Server;
using IdentityGrpc.V1;

namespace IdentityGrpc.Server.Tests.Members;

/// <summary>Readers that go away or are slow, over real sockets.</summary>
public class InterruptedWalkTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static Task<RunningServer> StartAsync() => RunningServer.StartAsync("Sandbox:Users=4000", "Sandbox:Departments=150", "Sandbox:PerSecond=300", "Sandbox:PerMinute=18000");

    // Cancelled, or the connection cut: no call of the platform is begun 100 ms later.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ReaderGoes_CallsOfThePlatformStop(bool cut)
    {
        await using var own = await StartAsync();
        await own.Truth.SendAsync(HttpMethod.Put, "faults", new { kind = "latency", latency_ms = 30 }, Stop);
        using var cancel = new CancellationTokenSource();
        var channel = Grpc.Net.Client.GrpcChannel.ForAddress(own.Host.GrpcUrl);
        using var call = new IdentityService.IdentityServiceClient(channel).StreamDepartmentMembers(Root(), cancellationToken: cancel.Token);
        for (int i = 0; i < 3; i++) Assert.True(await call.ResponseStream.MoveNext(Stop));
        if (cut) channel.Dispose();
        else await cancel.CancelAsync();

        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Stop);
        long after = await PagesAsync(own);
        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, Stop);
        Assert.Equal(after, await PagesAsync(own));
        channel.Dispose();
    }

    // A reader of ten messages a second slows the walk: the platform is asked for little more than what it has taken.
    [Fact]
    public async Task SlowReader_SlowsTheWalk()
    {
        await using var own = await StartAsync();
        var request = Root();
        request.BatchSize = 10;
        request.IncludeProfile = true;
        using var call = own.Identity.StreamDepartmentMembers(request, cancellationToken: Stop);
        for (int i = 0; i < 20; i++)
        {
            Assert.True(await call.ResponseStream.MoveNext(Stop));
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Stop);
        }
        // 200 people have been taken: 4 pages. The rest is the walk's window and what the sockets hold.
        long pages = await PagesAsync(own);
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, Stop);
        Assert.Equal(pages, await PagesAsync(own));
        Assert.InRange(pages, 4, 100);

        int rest = 0;
        var started = Stopwatch.GetTimestamp();
        await foreach (var message in call.ResponseStream.ReadAllAsync(Stop)) rest += message.Members.Count;
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, s_patience);
        Assert.InRange(rest, 3_000, 4_000);
    }

    private static StreamDepartmentMembersRequest Root() => new() { App = "default", DepartmentId = "0", Recursive = true, Distinct = true, BatchSize = 50 };

    private static async Task<long> PagesAsync(RunningServer server) =>
        (await server.Truth.CallsAsync(Stop)).Where(c => c.Api.EndsWith("users/find_by_department", StringComparison.Ordinal)).Sum(c => c.Calls);
}
