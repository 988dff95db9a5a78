using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Redis.Caching;
using IdentityGrpc.Redis.Tests.Support;
using IdentityGrpc.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace IdentityGrpc.Redis.Tests.Caching;

/// <summary>Answers are shared in the background: few at once, those of a burst in the pause behind it (design §6).</summary>
public class SharedWritesTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const int AtOnce = 1_000, Burst = 2_500;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Add_Burst_SharesTheFirstAtOnceAndTheRestInThePause()
    {
        await using var one = await StartAsync();
        using var writes = await StartBurstAsync(one);
        Assert.Equal(AtOnce, await CountAsync(one, Burst));
        _time.Advance(s_pause);
        await Until.TrueAsync(async () => await CountAsync(one, Burst) == Burst);
        await writes.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Add_NoMoreThanTheFirstOfEachSecond_SharesAllAtOnce()
    {
        await using var one = await StartAsync();
        using var writes = NewWrites(one);
        await writes.StartAsync(Cancellation);
        for (int second = 1; second <= 3; second++)
        {
            for (int i = (second - 1) * AtOnce; i < second * AtOnce; i++) Add(writes, one, i);
            await Until.TrueAsync(async () => await CountAsync(one, second * AtOnce) == second * AtOnce);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        await writes.StopAsync(Cancellation);
    }

    [Fact]
    public async Task StopAsync_InThePause_SharesWhatWaits()
    {
        await using var one = await StartAsync();
        using var writes = await StartBurstAsync(one);
        await writes.StopAsync(Cancellation);
        Assert.Equal(Burst, await CountAsync(one, Burst));
    }

    [Fact]
    public async Task Add_EndedOrFaultyWhenItsTurnComes_LosesNoOther()
    {
        await using var one = await StartAsync();
        using var writes = NewWrites(one);
        await writes.StartAsync(Cancellation);
        writes.Add(new WaitingKey(_ => { }));
        Add(writes, one, 0);
        await Until.TrueAsync(async () => await CountAsync(one, 1) == 1);
        writes.Add(new WaitingKey(_ => throw new InvalidOperationException("A fault of the service.")));
        var pause = TimeSpan.FromSeconds(2); // after a failure nothing is written for a second
        await Until.TrueAsync(async () =>
        {
            _time.Advance(pause);
            Add(writes, one, 1);
            return await CountAsync(one, 2) == 2;
        });
        await writes.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Add_AskedForWhileTheClockHadBeenSetBack_IsNotShared()
    {
        await using var one = await StartAsync();
        using var writes = NewWrites(one);
        await writes.StartAsync(Cancellation);
        long now = TimeProvider.System.GetTimestamp();
        one.Clock.Sample(now, now, TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(1));
        await Until.TrueAsync(() => one.Clock.Overshot > DateTimeOffset.MinValue);
        Add(writes, one, 0, askedAt: one.Clock.Overshot);
        Add(writes, one, 1, askedAt: one.Clock.Overshot + TimeSpan.FromMilliseconds(1));
        await Until.TrueAsync(async () => await FindAsync(one, 1) is not null);
        Assert.Null(await FindAsync(one, 0));
        await writes.StopAsync(Cancellation);
    }

    private Task<ResolvingReplica> StartAsync() => ResolvingReplica.StartAsync(redis.Options with { KeyPrefix = $"t{Guid.NewGuid():N}" }, new Company());

    /// <summary>What shares a burst, in its pause.</summary>
    private async Task<SharedWrites> StartBurstAsync(ResolvingReplica one)
    {
        var writes = NewWrites(one);
        for (int i = 0; i < Burst; i++) Add(writes, one, i);
        var pause = _time.WhenTimerAsync(left => left == s_pause, Cancellation);
        await writes.StartAsync(Cancellation);
        await pause;
        return writes;
    }

    private SharedWrites NewWrites(ResolvingReplica one) => new(one.Get<RedisConnection>(), one.Get<RedisKeys>(), one.Progress, one.Clock, one.Get<RedisOptions>(),
        one.Get<SharedCacheMetrics>(), _time, NullLogger<SharedWrites>.Instance);

    private static ContactKey KeyOf(int i) => new(Company.Scope, new(new UInt128(0, (ulong)i)), IdType.OpenId, false);

    private static void Add(SharedWrites writes, ResolvingReplica one, int i, DateTimeOffset? askedAt = null) => writes.Add(new WaitingKey(scripts =>
    {
        var answer = new Cached<ContactMatch>(new($"ou_{i}", null), null, askedAt ?? one.Clock.Now);
        var (key, bucket) = one.Get<RedisKeys>().Of(KeyOf(i));
        scripts.Add(Company.Scope, key, bucket, TimeSpan.FromHours(1), SharedValues.Write(answer), answer.AskedAt, "c");
    }));

    private static async Task<Cached<ContactMatch>?> FindAsync(ResolvingReplica one, int i) => Assert.Single(await one.Shared.FindAsync([KeyOf(i)], ResolvingReplica.Call));

    private static async Task<int> CountAsync(ResolvingReplica one, int keys) =>
        (await one.Shared.FindAsync([.. Enumerable.Range(0, keys).Select(KeyOf)], ResolvingReplica.Call)).Count(a => a is not null);
}
