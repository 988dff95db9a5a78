using IdentityGrpc.Core.Directory;
using IdentityGrpc.Redis.Changes;
using Microsoft.Extensions.Logging;
using Polly.CircuitBreaker;
using StackExchange.Redis;

namespace IdentityGrpc.Redis.Caching;

/// <summary>
/// Reads many keys in one flush: one command for each bucket that they lie in, all sent together (design §6). The end of the log of
/// changes is read after them: what this replica has not done yet of what stands there, it does before anything that was read is looked at.
/// </summary>
internal sealed class SharedReads(RedisConnection connection, RedisKeys keys, ChangeProgress progress, ReadBreaker breaker, RedisOptions options,
    SharedCacheMetrics metrics, TimeProvider time, ILogger<SharedReads> logger)
{
    private const string Operation = "read";

    /// <summary>Whether it makes sense to read.</summary>
    public bool IsOpen => progress.IsFollowing && breaker.IsClosed;

    /// <summary>Reads.</summary>
    /// <returns>What lies under each key, in their order; null for what could not be read.</returns>
    public async Task<RedisValue?[]> ReadAsync((RedisKey Key, int Bucket)[] places, CallContext call)
    {
        var values = new RedisValue?[places.Length];
        var patience = PatienceOf(call);
        if (places.Length == 0 || !IsOpen || patience <= TimeSpan.Zero) return values;
        var flush = new Flush(keys, places);
        long start = time.GetTimestamp();
        if (!await TryAsync(async cancellation => await connection.RunAsync(flush.Send, patience, cancellation), call)) return values;
        metrics.Flushed(Operation, places.Length, time.GetElapsedTime(start));
        if (flush.End is { } end && await progress.HasReachedAsync(end, options.Timeout, call.Cancellation)) flush.CopyTo(values);
        return values;
    }

    /// <summary>Reads one value that lies elsewhere, by the same rules.</summary>
    /// <returns>The value; null: none, or it could not be read.</returns>
    public async Task<byte[]?> ReadAsync(Func<CancellationToken, Task<byte[]?>> read, CallContext call)
    {
        var patience = PatienceOf(call);
        if (!IsOpen || patience <= TimeSpan.Zero) return null;
        byte[]? value = null;
        RedisValue end = default;
        await TryAsync(async cancellation =>
        {
            value = await connection.RunAsync(_ => read(cancellation), patience, cancellation);
            if (value is not null) end = await connection.RunAsync(redis => redis.StringGetAsync(keys.ChangeLogEnd, CommandFlags.DemandMaster), patience, cancellation);
        }, call);
        return value is not null && ChangeLog.EndOf(end) is { } reached && await progress.HasReachedAsync(reached, options.Timeout, call.Cancellation) ? value : null;
    }

    /// <summary>Reads what can be read: a part of it may have come where it fails, and the rest is the platform's to answer.</summary>
    /// <returns>Whether Redis was asked.</returns>
    private async Task<bool> TryAsync(Func<CancellationToken, ValueTask> read, CallContext call)
    {
        try
        {
            await breaker.RunAsync(read, call.Cancellation);
        }
        catch (BrokenCircuitException)
        {
            return false;
        }
        catch (Exception trouble) when (!call.Cancellation.IsCancellationRequested)
        {
            metrics.Failed(Operation);
            if (!RedisTrouble.IsTrouble(trouble)) logger.ReadFault(trouble);
        }
        return true;
    }

    // Redis gets at most half of the time that is left, so that the platform can still be asked.
    private TimeSpan PatienceOf(CallContext call)
    {
        if (call.Deadline is not { } deadline) return options.Timeout;
        var half = (deadline - time.GetUtcNow()) / 2;
        return half < options.Timeout ? half : options.Timeout;
    }

    private sealed class Flush(RedisKeys keys, (RedisKey Key, int Bucket)[] places)
    {
        private readonly List<(List<int> At, Task<RedisValue[]> Values)> _parts = [];
        private Task<RedisValue>? _end;

        /// <summary>The end of the log as it was read after the values; null: it was not.</summary>
        public IdentityGrpc.Core.Changes.ChangePosition? End => _end is { IsCompletedSuccessfully: true } end ? ChangeLog.EndOf(end.Result) : null;

        public Task<bool> Send(IDatabase redis)
        {
            var batch = redis.CreateBatch();
            var buckets = new List<int>?[RedisKeys.Buckets];
            for (int i = 0; i < places.Length; i++) (buckets[places[i].Bucket] ??= []).Add(i);
            foreach (var at in buckets)
            {
                if (at is not null) _parts.Add((at, batch.StringGetAsync([.. at.Select(i => places[i].Key)], CommandFlags.DemandMaster)));
            }
            _end = batch.StringGetAsync(keys.ChangeLogEnd, CommandFlags.DemandMaster);
            batch.Execute();
            return AllAsync();
        }

        public void CopyTo(RedisValue?[] values)
        {
            foreach (var (at, part) in _parts)
            {
                if (!part.IsCompletedSuccessfully) continue;
                var read = part.Result;
                for (int i = 0; i < read.Length; i++) values[at[i]] = read[i];
            }
        }

        private async Task<bool> AllAsync()
        {
            await Task.WhenAll([_end!, .. _parts.Select(p => p.Values)]);
            return true;
        }
    }
}
