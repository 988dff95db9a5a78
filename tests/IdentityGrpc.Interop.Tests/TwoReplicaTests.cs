using System.Diagnostics;
using Grpc.Net.Client;
using IdentityGrpc.Testing;
using IdentityGrpc.V1;

namespace IdentityGrpc.Interop.Tests;

/// <summary>Design §6 and §8 on two real processes that share a real Redis: what one is told, both know, whoever dies meanwhile.</summary>
public class TwoReplicaTests
{
    private const string Key = "an encrypt key", Token = "a verification token";
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task R14_R16_UserIdChangedAndGivenAgain_IsRightOnBothReplicasWithinASecond()
    {
        await using var bed = await SharedBed.StartAsync(Stop);
        await using var one = await bed.ServeAsync(Stop);
        await using var two = await bed.ServeAsync(Stop);
        var times = new List<TimeSpan>();
        for (int i = 0; i < 6; i += 2)
        {
            var (first, second) = (bed.Staff[i], bed.Staff[i + 1]);
            foreach (var replica in (Replica[])[one, two]) Assert.Equal(first.OpenIds["default"], await replica.OpenIdOfAsync(first.UserId));
            await bed.ChangeAsync(first, $"changed-{i}");
            await one.TakeAsync(bed.EventOf(first, $"changed-{i}"));
            times.Add(await BothAsync(first.UserId, null));
            times.Add(await BothAsync($"changed-{i}", first));
            await bed.ChangeAsync(second, first.UserId);
            await two.TakeAsync(bed.EventOf(second, first.UserId));
            times.Add(await BothAsync(first.UserId, second));
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"Right on both after {string.Join(", ", times.Select(t => $"{t.TotalMilliseconds:F0} ms"))}.");
        Assert.True(times.Order().ElementAt(times.Count / 2) < s_soon, string.Join(", ", times));

        async Task<TimeSpan> BothAsync(string userId, TrueUser? holder)
        {
            var watch = Stopwatch.StartNew();
            foreach (var replica in (Replica[])[one, two])
            {
                while (await replica.OpenIdOfAsync(userId) != holder?.OpenIds["default"]) Stop.ThrowIfCancellationRequested();
            }
            return watch.Elapsed;
        }
    }

    // The platform sends an event again until it is answered 200; what was answered has ended on every replica, and for those that start.
    [Fact]
    public async Task Event_ReplicaKilledWhileItTakesIt_EndsWhatItEnds_R14()
    {
        await using var bed = await SharedBed.StartAsync(Stop);
        await using var two = await bed.ServeAsync(Stop);
        var random = new Random(4);
        int answered = 0;
        for (int i = 0; i < 4; i++)
        {
            var person = bed.Staff[i];
            await using (var one = await bed.ServeAsync(Stop))
            {
                foreach (var replica in (Replica[])[one, two]) Assert.Equal(person.OpenIds["default"], await replica.OpenIdOfAsync(person.UserId));
                await bed.ChangeAsync(person, $"after-{i}");
                var post = bed.EventOf(person, $"after-{i}");
                var taking = one.TryTakeAsync(post);
                await Task.WhenAny(taking, Task.Delay(TimeSpan.FromMilliseconds(random.Next(40)), TimeProvider.System, Stop));
                await one.Server.KillAsync(Stop);
                if (await taking) answered++;
                else await two.TakeAsync(post);
            }
            var watch = Stopwatch.StartNew();
            while (await two.OpenIdOfAsync(person.UserId) is not null) Assert.True(watch.Elapsed < 10 * s_soon, "The replica that lives on still knows the former user_id.");
            await using var next = await bed.ServeAsync(Stop);
            Assert.Null(await next.OpenIdOfAsync(person.UserId));
            Assert.Equal(person.OpenIds["default"], await next.OpenIdOfAsync($"after-{i}"));
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{answered} of 4 events were answered before the end.");
    }

    /// <summary>The sandbox, Redis, and how replicas are set up.</summary>
    private sealed class SharedBed(SandboxProcess sandbox, RedisServer redis, SandboxTruth truth, TrueApp app, IReadOnlyList<TrueUser> staff) : IAsyncDisposable
    {
        public IReadOnlyList<TrueUser> Staff => staff;

        public static async Task<SharedBed> StartAsync(CancellationToken cancellation)
        {
            var sandbox = await SandboxProcess.StartAsync(new Dictionary<string, string> { ["IdentityGrpc__Sandbox__PerSecond"] = "1000", ["IdentityGrpc__Sandbox__PerMinute"] = "50000" }, cancellation);
            var truth = new SandboxTruth(sandbox.Url);
            await RunRecord.OfProcess.KnowAsync(truth, cancellation);
            var app = await truth.AppAsync("default", cancellation);
            var staff = (await truth.UsersAsync(app.TenantKeys.Single(), cancellation)).Where(u => !u.IsResigned).Take(6).ToList();
            return new(sandbox, await RedisServer.StartNewAsync(cancellation), truth, app, staff);
        }

        public async Task<Replica> ServeAsync(CancellationToken cancellation) => new(await ServerProcess.StartAsync(new Dictionary<string, string>
        {
            ["IdentityGrpc__Apps__0__Name"] = app.Name,
            ["IdentityGrpc__Apps__0__Id"] = app.AppId,
            ["IdentityGrpc__Apps__0__Secret"] = app.AppSecret,
            ["IdentityGrpc__Apps__0__BaseUrl"] = sandbox.Url.ToString(),
            ["IdentityGrpc__Apps__0__TenantKeys__0"] = app.TenantKeys.Single(),
            ["IdentityGrpc__Apps__0__Limits__PerSecond"] = "1000",
            ["IdentityGrpc__Apps__0__Limits__PerMinute"] = "50000",
            ["IdentityGrpc__Apps__0__EncryptKey"] = Key,
            ["IdentityGrpc__Apps__0__VerificationToken"] = Token,
            ["IdentityGrpc__Redis__Configuration"] = redis.ConnectionString,
        }, cancellation));

        public async Task ChangeAsync(TrueUser user, string userId) =>
            await truth.SendAsync(HttpMethod.Patch, $"users/{user.TenantKey}/{Uri.EscapeDataString(user.UserId)}", new { user_id = userId }, Stop);

        public PlatformPost EventOf(TrueUser user, string userId) => PlatformPost.Signed(PlatformPost.Envelope("contact.user.updated_v3", app.AppId, app.TenantKeys.Single(), Token, new
        {
            @object = new { open_id = user.OpenIds[app.Name], union_id = user.UnionIds[app.Provider], user_id = userId, email = user.Email ?? "", mobile = user.Mobile ?? "" },
            old_object = new { user_id = user.UserId },
        }), Key);

        public async ValueTask DisposeAsync()
        {
            truth.Dispose();
            await redis.DisposeAsync();
            await sandbox.DisposeAsync();
        }
    }

    private sealed class Replica(ServerProcess server) : IAsyncDisposable
    {
        private readonly GrpcChannel _channel = GrpcChannel.ForAddress(server.GrpcUrl);
        private readonly HttpClient _http = new();

        public ServerProcess Server => server;

        /// <summary>Whose the user_id is; null: nobody's.</summary>
        public async Task<string?> OpenIdOfAsync(string userId)
        {
            var answer = (await new IdentityService.IdentityServiceClient(_channel).ConvertIdAsync(
                new() { App = "default", Ids = { userId }, SourceIdType = IdType.UserId }, cancellationToken: Stop)).Conversions.Single();
            Assert.True(answer.Identity is not null || answer.Unresolved.Reason == UnresolvedReason.NotFoundOrNotVisible, answer.ToString());
            return answer.Identity?.OpenId;
        }

        public async Task TakeAsync(PlatformPost post) => Assert.True(await TryTakeAsync(post));

        /// <returns>Whether it was answered 200.</returns>
        public async Task<bool> TryTakeAsync(PlatformPost post)
        {
            using var request = post.ToRequest(new(server.HttpUrl, "/feishu/events/default"));
            try
            {
                using var response = await _http.SendAsync(request, Stop);
                return response.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }

        public async ValueTask DisposeAsync()
        {
            _channel.Dispose();
            _http.Dispose();
            await server.DisposeAsync();
        }
    }
}
