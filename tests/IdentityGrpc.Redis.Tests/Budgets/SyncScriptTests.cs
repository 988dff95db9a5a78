using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Redis.Budgets;
using IdentityGrpc.Redis.Tests.Support;
using StackExchange.Redis;

namespace IdentityGrpc.Redis.Tests.Budgets;

/// <summary>The script that shares limits: what it gives, what it believes, and that shares never exceed the limit.</summary>
public class SyncScriptTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly RateLimit s_limit = new(50, 1_000);
    private static readonly WindowCounts s_all = new(50, 1_000);
    private static int s_last;

    private readonly BudgetKey _key = new(Apis.User, new(new($"cli_{Interlocked.Increment(ref s_last)}"), new("provider"), new("tenant")));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SyncAsync_NewStore_GivesNothingBeforeALeaseHasPassed()
    {
        var replica = await NewAsync();
        var grant = await replica.SyncAsync(_key, s_limit, Claim(default, s_all), Cancellation);
        Assert.Equal((default(WindowCounts), s_all), (grant.Held, grant.Due));
    }

    [Fact]
    public async Task SyncAsync_OldStore_GivesAllToOneAndHalfToEachOfTwo()
    {
        var (a, b) = (await NewAsync(), await NewAsync());
        await AgeAsync();
        var first = await a.SyncAsync(_key, s_limit, Claim(default, s_all), Cancellation);
        Assert.Equal(s_all, first.Held);
        var second = await b.SyncAsync(_key, s_limit, Claim(default, s_all, first.Era), Cancellation);
        Assert.Equal((default(WindowCounts), new(25, 500)), (second.Held, second.Due));
        first = await a.SyncAsync(_key, s_limit, Claim(s_all, s_all, first.Era), Cancellation);
        Assert.Equal((s_all, new WindowCounts(25, 500)), (first.Held, first.Due));
        await a.SyncAsync(_key, s_limit, Claim(new(30, 900), s_all, first.Era), Cancellation);
        second = await b.SyncAsync(_key, s_limit, Claim(default, s_all, first.Era), Cancellation);
        Assert.Equal(new(20, 100), second.Held);
    }

    [Fact]
    public async Task SyncAsync_NobodyWants_SpreadsWhatIsThereWithRoomForTheSilent()
    {
        var replica = await NewAsync();
        await AgeAsync();
        var grant = await replica.SyncAsync(_key, s_limit, Claim(default, default, replicas: 4), Cancellation);
        Assert.Equal(new(12, 250), grant.Held);
    }

    [Fact]
    public async Task SyncAsync_HeldBeforeTheStoreForgot_IsBelievedAndTheRestStaysUnused()
    {
        var (a, b) = (await NewAsync(), await NewAsync());
        var grant = await a.SyncAsync(_key, s_limit, Claim(new(20, 400), s_all, era: 7), Cancellation);
        Assert.Equal(new(20, 400), grant.Held);
        await AgeAsync();
        grant = await b.SyncAsync(_key, s_limit, Claim(default, s_all, grant.Era), Cancellation);
        Assert.Equal(default, grant.Held);
    }

    [Fact]
    public async Task SyncAsync_OthersWantNoMoreForAMoment_TheOddPermitStaysWithWhoHasIt()
    {
        var (limit, all) = (new RateLimit(31, 1_000), new WindowCounts(31, 1_000));
        var replicas = new[] { await NewAsync(), await NewAsync(), await NewAsync() };
        await AgeAsync();
        for (int tries = 0; ; tries++)
        {
            long minute = await MinuteAsync();
            int[] atFirst = await DueAsync(all, all, all);
            int[][] later = [await DueAsync(new(10, 300), all, all), await DueAsync(all, new(10, 300), all), await DueAsync(all, all, new(10, 300))];
            if (minute != await MinuteAsync() && tries < 3) continue; // it goes round then
            Assert.Equal([10, 10, 11], atFirst.Order());
            int owner = Array.IndexOf(atFirst, 11);
            for (int other = 0; other < replicas.Length; other++)
            {
                if (other != owner) Assert.Equal(atFirst, later[other]);
            }
            return;
        }

        async Task<int[]> DueAsync(params WindowCounts[] wanted)
        {
            var due = new int[replicas.Length];
            // Twice, so that each knows what all others want.
            for (int i = 0; i < 2 * replicas.Length; i++)
            {
                int r = i % replicas.Length;
                due[r] = (await replicas[r].SyncAsync(_key, limit, Claim(default, wanted[r], replicas: 3), Cancellation)).Due.Second;
            }
            return due;
        }

        async Task<long> MinuteAsync() => (long)(await redis.Database.ExecuteAsync("TIME"))[0] / 60;
    }

    [Fact]
    public async Task SyncAsync_Leaves_GivesBackAllButWhatCounts()
    {
        var (a, b) = (await NewAsync(), await NewAsync());
        await AgeAsync();
        var given = await a.SyncAsync(_key, s_limit, Claim(default, s_all), Cancellation);
        await a.SyncAsync(_key, s_limit, Claim(new(10, 300), default, given.Era) with { Leaves = true }, Cancellation);
        var grant = await b.SyncAsync(_key, s_limit, Claim(default, s_all), Cancellation);
        Assert.Equal(new(40, 700), grant.Held);
    }

    [Fact]
    public async Task SyncAsync_PauseAndStop_ReachEveryReplica()
    {
        var (a, b) = (await NewAsync(), await NewAsync());
        await a.SyncAsync(_key, s_limit, Claim(default, s_all) with { Pause = TimeSpan.FromSeconds(30) }, Cancellation);
        await a.StopAsync(_key.Scope, TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(3), Cancellation);
        var grant = await b.SyncAsync(_key, s_limit, Claim(default, s_all), Cancellation);
        Assert.InRange(grant.PausedFor, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30));
        Assert.InRange(grant.StoppedFor, TimeSpan.FromDays(2.9), TimeSpan.FromDays(3));
    }

    [Theory]
    [InlineData(1, 50, 1_000)]
    [InlineData(2, 7, 100)]
    [InlineData(3, 500, 10_000)]
    [InlineData(4, 3, 3)]
    public async Task SyncAsync_RandomClaims_SharesNeverExceedTheLimitAndWhoWantsGetsItsPart(int seed, int perSecond, int perMinute)
    {
        var (limit, random) = (new RateLimit(perSecond, perMinute), new Random(seed));
        await AgeAsync();
        var replicas = new List<(RedisSharedBudget Shared, WindowCounts Held, WindowCounts Due)>();
        for (int i = 0; i < 6; i++) replicas.Add((await NewAsync(), default, default));
        long era = 0;
        for (int i = 0; i < 2_000; i++)
        {
            int r = random.Next(replicas.Count);
            var (shared, held, due) = replicas[r];
            // Some calls have stopped counting, and what is beyond the replica's part goes back.
            held = new(Less(held.Second, due.Second), Less(held.Minute, due.Minute));
            var wanted = i >= 1_900 || random.Next(3) > 0 ? new(perSecond, perMinute) : new WindowCounts(random.Next(held.Second + 1), random.Next(held.Minute + 1));
            var grant = await shared.SyncAsync(_key, limit, Claim(held, wanted, era, replicas: 6), Cancellation);
            era = grant.Era;
            replicas[r] = (shared, grant.Held, grant.Due);
            Assert.InRange(replicas.Sum(x => x.Held.Second), 0, perSecond);
            Assert.InRange(replicas.Sum(x => x.Held.Minute), 0, perMinute);
        }
        Assert.InRange(replicas.Sum(x => x.Held.Second), perSecond * 0.6, perSecond);

        int Less(int held, int due) => held > due ? random.Next(due, held + 1) : held;
    }

    private static ShareClaim Claim(WindowCounts held, WindowCounts wanted, long era = 0, int replicas = 1) => new(era, held, wanted, replicas, default);

    private async Task<RedisSharedBudget> NewAsync() => new(await redis.ConnectAsync(), redis.Options, new(), TimeProvider.System, new Random());

    // The store is told that it has been there for five seconds longer than it has.
    private async Task AgeAsync()
    {
        var key = new RedisKeys(redis.Options.KeyPrefix).Shares(_key.Scope);
        var born = await redis.Database.HashGetAsync(key, "born");
        long now = born.IsNull ? TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000 : (long)born;
        await redis.Database.HashSetAsync(key, [new HashEntry("born", now - 5_000_000)]);
    }
}
