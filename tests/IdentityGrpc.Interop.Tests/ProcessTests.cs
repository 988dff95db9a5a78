using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using IdentityGrpc.Testing;
using IdentityGrpc.V1;

namespace IdentityGrpc.Interop.Tests;

/// <summary>How the service starts, refuses to start, and stops, as a real process.</summary>
public class ProcessTests(ServiceFixture service)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/healthz/live", "live\n")]
    [InlineData("/healthz/ready", "ready\n")]
    public async Task Health_OverHttp_SaysThatItRuns(string path, string answer)
    {
        using var http = new HttpClient { BaseAddress = service.Server.HttpUrl };
        Assert.Equal(answer, await http.GetStringAsync(path, Stop));
    }

    [Fact]
    public async Task Sigterm_DuringACall_TurnsReadinessThenFinishesTheCallThenExitsWithZero()
    {
        // Five calls a second, so that the walk over 21 departments is still going on when the signal comes.
        await using var server = await ServerProcess.StartAsync(new Dictionary<string, string> { ["IdentityGrpc__Sandbox__PerSecond"] = "5" }, Stop);
        using var truth = new SandboxTruth(server.SandboxUrl!);
        string tenant = (await truth.AppAsync("default", Stop)).TenantKeys.Single();
        var staff = (await truth.UsersAsync(tenant, Stop)).Where(u => !u.IsResigned);
        int departments = (await truth.DepartmentsAsync(tenant, Stop)).Count + 1;
        using var channel = GrpcChannel.ForAddress(server.GrpcUrl);
        using var watch = HealthWatch.Start(channel, Stop);
        Assert.Equal(1, await watch.NextAsync(Stop));

        using var call = new IdentityService.IdentityServiceClient(channel).StreamDepartmentMembers(
            new() { App = "default", DepartmentId = "0", Recursive = true, Distinct = true, BatchSize = 1 }, cancellationToken: Stop);
        Assert.True(await call.ResponseStream.MoveNext(Stop));
        var members = new List<string> { call.ResponseStream.Current.Members.Single().Identity.OpenId };
        server.Process.Terminate();
        Assert.Equal(2, await watch.NextAsync(Stop));
        long read = (await truth.CallsAsync(Stop)).Where(c => c.Api.EndsWith("/users/find_by_department", StringComparison.Ordinal)).Sum(c => c.Calls);
        Assert.True(read < departments, $"The signal came too late to be worth a test: {read} of {departments} departments had been read.");
        Assert.False(await IsReadyAsync(server.HttpUrl));

        MembersSummary? summary = null;
        await foreach (var message in call.ResponseStream.ReadAllAsync(Stop))
        {
            members.AddRange(message.Members.Select(m => m.Identity.OpenId));
            summary = message.Summary ?? summary;
        }
        Assert.True(summary?.Complete);
        Assert.Equal(staff.Select(u => u.OpenIds["default"]).Order(), members.Order());
        (await server.Process.WaitForExitAsync(Stop)).Succeeded();
    }

    [Fact]
    public async Task Configuration_WithSeveralMistakes_NamesThemAllAndExitsWithTwo()
    {
        var result = await RunAsync(new()
        {
            ["IdentityGrpc__Listen__Grpc"] = "here",
            ["IdentityGrpc__Cache__UserIdFor"] = "-00:00:01",
            ["IdentityGrpc__Cache__MaxBytes"] = "0",
            ["IdentityGrpc__ShutdownGrace"] = "soon",
            ["IdentityGrpc__Sandbox__Users"] = "many",
            ["IdentityGrpc__Sandbox__Seeed"] = "1",
        });
        Assert.Equal(2, result.ExitCode);
        Assert.All((string[])["Listen:Grpc", "Cache:UserIdFor", "Cache:MaxBytes", "ShutdownGrace", "Sandbox:Users", "Sandbox:Seeed"], key => Assert.Contains(key, result.Errors));
        Assert.DoesNotContain("Exception", result.Errors);
    }

    [Fact]
    public async Task Configuration_OfAnApp_NamesEveryMistakeAndNoSecret()
    {
        var result = await RunAsync(new()
        {
            ["IdentityGrpc__Apps__0__Name"] = "hr",
            ["IdentityGrpc__Apps__0__Id"] = "hr-app",
            ["IdentityGrpc__Apps__0__Secret"] = "do-not-tell",
            ["IdentityGrpc__Apps__0__SecretFile"] = "/run/secrets/hr",
            ["IdentityGrpc__Apps__0__BaseUrl"] = "open.feishu.cn",
            ["IdentityGrpc__Apps__1__Name"] = "hr",
        });
        Assert.Equal(2, result.ExitCode);
        Assert.All((string[])["Apps:0:Id", "Apps:0: exactly one of Secret and SecretFile", "Apps:0:BaseUrl", "Apps:0:TenantKeys", "Apps:1:Id", "2 apps have the Name hr"],
            words => Assert.Contains(words, result.Errors));
        Assert.DoesNotContain("do-not-tell", result.Errors + result.Output);
    }

    // A misspelt production configuration is an error, never made-up people (design §10).
    [Theory]
    [InlineData("IdentityGrpc__App__0__Name")]
    [InlineData("IdentityGrpc__Aps__0__Name")]
    [InlineData("IdentityGrpc__Apps__0__Nmae")]
    [InlineData("IdentityGrpc__Apps")]
    public async Task Configuration_WithMisspeltApps_IsAnErrorAndStartsNoSandbox(string key)
    {
        var result = await RunAsync(new() { [key] = "hr" });
        Assert.Equal(2, result.ExitCode);
        Assert.DoesNotContain("Sandbox", result.Output);
        Assert.DoesNotContain("ready", result.Output);
    }

    [Theory]
    [InlineData("IdentityGrpc__Listen__Grpc")]
    [InlineData("IdentityGrpc__Listen__Http")]
    [InlineData("IdentityGrpc__Sandbox__Listen")]
    public async Task Start_OnABusyPort_SaysWhichAndExitsWithThree(string key)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var result = await RunAsync(new() { [key] = $"http://127.0.0.1:{port}" });
        Assert.Equal(3, result.ExitCode);
        Assert.Contains($"127.0.0.1:{port}", result.Errors);
        Assert.Contains("already in use", result.Errors);
        Assert.DoesNotContain("   at ", result.Errors);
    }

    [Fact]
    public async Task Start_AttachedToASandboxThatIsNotThere_SaysSo()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();
        var result = await RunAsync(new() { ["IdentityGrpc__Sandbox__Attach"] = $"http://127.0.0.1:{port}" });
        Assert.Equal(3, result.ExitCode);
        Assert.Contains($"127.0.0.1:{port}", result.Errors);
        Assert.DoesNotContain("   at ", result.Errors);
    }

    // Either an answer that says so, or no listener any more.
    private static async Task<bool> IsReadyAsync(Uri url)
    {
        using var http = new HttpClient { BaseAddress = url };
        try
        {
            return (await http.GetAsync("/healthz/ready", Stop)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<ProcessResult> RunAsync(Dictionary<string, string> settings)
    {
        await using var process = ServerProcess.Launch(settings);
        return await process.WaitForExitAsync(Stop);
    }
}
