using System.Diagnostics;
using Grpc.Core;
using IdentityGrpc.Testing.Server;
using IdentityGrpc.V1;

namespace IdentityGrpc.Server.Tests.Members;

/// <summary>Readers that go away or are slow, over real sockets.</summary>
public class InterruptedWalkTests
{
    private const int Departments = 150;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static Task<RunningServer> StartAsync(int perSecond) => RunningServer.StartAsync(
        "Sandbox:Users=4000", $"Sandbox:Departments={Departments}", $"Sandbox:PerSecond={perSecond}", $"Sandbox:PerMinute={60 * perSecond}");

    // Cancelled, or the connection cut: the walk, which would go on for half a minute, asks the platform for nothing more.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ReaderGoes_CallsOfThePlatformStop(bool cut)
    {
        await using var own = await StartAsync(perSecond: 10);
        using var cancel = new CancellationTokenSource();
        var channel = Grpc.Net.Client.GrpcChannel.ForAddress(own.Host.GrpcUrl);
        using var call = new IdentityService.IdentityServiceClient(channel).StreamDepartmentMembers(Root(), cancellationToken: cancel.Token);
        for (int i = 0; i < 3; i++) Assert.True(await call.ResponseStream.MoveNext(Stop));
        if (cut) channel.Dispose();
        else await cancel.CancelAsync();

        // A walk that goes on asks for several pages in every half second; a call under way may still arrive in the first.
        long pages;
        var gone = Stopwatch.GetTimestamp();
        do
        {
            Assert.InRange(Stopwatch.GetElapsedTime(gone), TimeSpan.Zero, s_patience / 4);
            pages = await PagesAsync(own);
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, Stop);
        }
        while (await PagesAsync(own) != pages);
        Assert.InRange(pages, 3, Departments / 2);
        channel.Dispose();
    }

    // A reader of ten messages a second slows the walk: the platform is asked for little more than what it has taken.
    [Fact]
    public async Task SlowReader_SlowsTheWalk()
    {
        await using var own = await StartAsync(perSecond: 300);
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
