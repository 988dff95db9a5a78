using System.Diagnostics;
using Grpc.Net.Client;
using IdentityGrpc.Testing;
using IdentityGrpc.V1;

namespace IdentityGrpc.Interop.Tests;

/// <summary>Design §8 on real processes: events in, changes out.</summary>
public class EventTests
{
    private const string AppId = "cli_00000000000000aa", Tenant = "tk_interop", Key = "an encrypt key", Token = "a verification token";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Posts_ThatTheOfficialNodeSdkHoldsGenuine_AreTakenOnceAndNoOthers()
    {
        await using var server = await ServerProcess.StartAsync(new Dictionary<string, string>
        {
            ["IdentityGrpc__Apps__0__Name"] = "hr",
            ["IdentityGrpc__Apps__0__Id"] = AppId,
            ["IdentityGrpc__Apps__0__Secret"] = "unused",
            ["IdentityGrpc__Apps__0__BaseUrl"] = "http://127.0.0.1:9",
            ["IdentityGrpc__Apps__0__TenantKeys__0"] = Tenant,
            ["IdentityGrpc__Apps__0__EncryptKey"] = Key,
            ["IdentityGrpc__Apps__0__VerificationToken"] = Token,
        }, Stop);
        using var channel = GrpcChannel.ForAddress(server.GrpcUrl);
        using var watch = new IdentityService.IdentityServiceClient(channel).WatchIdentityChanges(new() { App = "hr" }, cancellationToken: Stop);
        Assert.True(await watch.ResponseStream.MoveNext(Stop));

        var answers = await Scripts.NodeAsync("service-events.mjs", "--url", new Uri(server.HttpUrl, "/feishu/events/hr").ToString(),
            "--key", Key, "--token", Token, "--appid", AppId, "--tenant", Tenant);

        Assert.Equal([200, 200], answers.GetProperty("genuine").EnumerateArray().Select(s => s.GetInt32()));
        (string What, int Status)[] expected =
        [
            ("forged", 401), ("unsigned", 401), ("truncated", 400), ("otherKey", 401), ("wronglyEncrypted", 400), ("plain", 401), ("wrongToken", 401),
            ("otherApp", 403), ("otherTenant", 403), ("oversized", 413), ("last", 200),
        ];
        Assert.Equal(expected, expected.Select(e => (e.What, answers.GetProperty(e.What).GetInt32())));
        var told = new List<string>();
        while (told.LastOrDefault() != "ou_last" && await watch.ResponseStream.MoveNext(Stop)) told.AddRange(watch.ResponseStream.Current.Change?.OpenIds ?? []);
        Assert.Equal(["ou_genuine", "ou_last"], told);
    }

    // R14 and R16: what a sandbox of its own changes is right within a second.
    [Fact]
    public async Task R14_R16_UserIdChangedAndGivenAgain_IsRightWithinASecond()
    {
        await using var server = await ServerProcess.StartAsync(cancellationToken: Stop);
        using var truth = new SandboxTruth(server.SandboxUrl!);
        using var channel = GrpcChannel.ForAddress(server.GrpcUrl);
        var identity = new IdentityService.IdentityServiceClient(channel);
        string tenant = (await truth.AppAsync("default", Stop)).TenantKeys.Single();
        var people = (await truth.UsersAsync(tenant, Stop)).Where(u => !u.IsResigned).Take(6).ToArray();
        var times = new List<TimeSpan>();
        for (int i = 0; i + 1 < people.Length; i += 2)
        {
            var (first, second) = (people[i], people[i + 1]);
            Assert.Equal(first.OpenIds["default"], (await ConvertAsync(first.UserId)).Identity?.OpenId);
            await PatchAsync(first, first.UserId + "-changed");
            times.Add(await UntilAsync(async () => (await ConvertAsync(first.UserId)).Unresolved is not null));
            Assert.Equal(first.OpenIds["default"], (await ConvertAsync(first.UserId + "-changed")).Identity?.OpenId);
            await PatchAsync(second, first.UserId);
            times.Add(await UntilAsync(async () => (await ConvertAsync(first.UserId)).Identity?.OpenId == second.OpenIds["default"]));
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"Right after {string.Join(", ", times.Select(t => $"{t.TotalMilliseconds:F0} ms"))}.");
        Assert.True(times.Order().ElementAt(times.Count / 2) < TimeSpan.FromSeconds(1), string.Join(", ", times));

        async Task PatchAsync(TrueUser user, string userId) =>
            await truth.SendAsync(HttpMethod.Patch, $"users/{user.TenantKey}/{Uri.EscapeDataString(user.UserId)}", new { user_id = userId }, Stop);

        async Task<Conversion> ConvertAsync(string id) =>
            (await identity.ConvertIdAsync(new() { App = "default", Ids = { id }, SourceIdType = IdType.UserId }, cancellationToken: Stop)).Conversions.Single();
    }

    private static async Task<TimeSpan> UntilAsync(Func<Task<bool>> right)
    {
        var watch = Stopwatch.StartNew();
        while (!await right()) Stop.ThrowIfCancellationRequested();
        return watch.Elapsed;
    }
}
