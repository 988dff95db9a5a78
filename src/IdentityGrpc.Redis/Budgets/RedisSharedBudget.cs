using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Identifiers;
using StackExchange.Redis;

namespace IdentityGrpc.Redis.Budgets;

/// <summary>The shares of all replicas in Redis: one script call a round trip, on the clock of Redis.</summary>
/// <remarks>
/// A fail-over to a replica of Redis may forget the last round trips, since Redis replicates later than it answers; they
/// are told again with the next beat. A clock of Redis that is set forward by more than a lease ends shares too early.
/// </remarks>
public sealed class RedisSharedBudget : ISharedBudget
{
    private static readonly TimeSpan s_life = TimeSpan.FromSeconds(4);
    private static readonly string s_sync = RedisScript.Of("clock", "sync");
    private static readonly string s_stop = RedisScript.Of("clock", "stop");
    private static readonly string s_beat = RedisScript.Of("clock", "beat");

    private readonly RedisConnection _redis;
    private readonly RedisKeys _keys;
    private readonly BudgetOptions _options;
    private readonly TimeProvider _time;
    private readonly string _replica;
    private long _calls;

    /// <summary>Makes it.</summary>
    /// <param name="redis">The connection.</param>
    /// <param name="redisOptions">How keys begin.</param>
    /// <param name="options">How to spend.</param>
    /// <param name="time">The clock of <see cref="StopAsync"/>.</param>
    /// <param name="random">Gives the replica its name; replicas must not draw the same numbers.</param>
    public RedisSharedBudget(RedisConnection redis, RedisOptions redisOptions, BudgetOptions options, TimeProvider time, Random random)
    {
        (_redis, _options, _time, _keys) = (redis, options, time, new(redisOptions.KeyPrefix));
        _replica = random.NextInt64().ToString("x", null);
    }

    /// <inheritdoc/>
    public async ValueTask<SharedGrant> SyncAsync(BudgetKey key, RateLimit limit, ShareClaim claim, CancellationToken cancellation)
    {
        // Before the first attempt to connect has ended, Redis is not lost.
        await _redis.WhenTriedAsync().WaitAsync(cancellation);
        var answer = await RunAsync(s_sync, _keys.Shares(key.Scope),
        [
            key.Api, _replica, Interlocked.Increment(ref _calls), claim.Era, limit.PerSecond, limit.PerMinute, Micros(TimeSpan.FromSeconds(1) + _options.Guard), Micros(TimeSpan.FromMinutes(1) + _options.Guard),
            Micros(ReplicaBudget.Lease), Micros(ReplicaBudget.LongestFlight), claim.Held.Second, claim.Held.Minute, claim.Wanted.Second, claim.Wanted.Minute,
            claim.Replicas, Micros(claim.Pause), claim.Leaves ? 1 : 0, claim.IsBack ? 1 : 0,
        ], cancellation);
        return new((long)answer[0], new((int)answer[1], (int)answer[2]), new((int)answer[3], (int)answer[4]), Span(answer[5]), Span(answer[6]));
    }

    /// <inheritdoc/>
    public async ValueTask StopAsync(AppTenant scope, DateTimeOffset until, CancellationToken cancellation) =>
        await RunAsync(s_stop, _keys.Shares(scope), [Micros(until - _time.GetUtcNow())], cancellation);

    /// <inheritdoc/>
    public async ValueTask<int> BeatAsync(CancellationToken cancellation)
    {
        await _redis.WhenTriedAsync().WaitAsync(cancellation);
        return (int)await RunAsync(s_beat, _keys.Replicas, [_replica, Micros(s_life)], cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask LeaveAsync(CancellationToken cancellation) =>
        await _redis.RunAsync(database => database.SortedSetRemoveAsync(_keys.Replicas, _replica), cancellation);

    private Task<RedisResult> RunAsync(string script, RedisKey key, RedisValue[] arguments, CancellationToken cancellation) =>
        _redis.RunAsync(database => database.ScriptEvaluateAsync(script, [key], arguments), cancellation);

    private static long Micros(TimeSpan span) => (long)span.TotalMicroseconds;

    private static TimeSpan Span(RedisResult micros) => TimeSpan.FromMicroseconds((long)micros);
}
