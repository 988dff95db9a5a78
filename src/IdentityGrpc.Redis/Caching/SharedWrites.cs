using System.Threading.Channels;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Redis.Changes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace IdentityGrpc.Redis.Caching;

/// <summary>An answer to be shared.</summary>
/// <param name="Scope">Whose it is.</param>
/// <param name="Keys">The places that it takes.</param>
/// <param name="Write">Makes the bytes.</param>
/// <param name="AskedAt">When the platform was asked.</param>
/// <param name="About">What it is about, as the script calls it.</param>
internal sealed record SharedWrite(AppTenant Scope, IReadOnlyList<(RedisKey Key, int Bucket, TimeSpan KeptFor)> Keys, Func<byte[]> Write, DateTimeOffset AskedAt, string About);

/// <summary>
/// Shares answers in the background, so that nobody waits for it: many in one flush, one script for each bucket. Where more wait than
/// there is room for, or Redis does not take them, they are dropped: another replica asks for itself then.
/// </summary>
internal sealed class SharedWrites(RedisConnection connection, RedisKeys keys, ChangeProgress progress, RedisClock clock, RedisOptions options,
    SharedCacheMetrics metrics, TimeProvider time, ILogger<SharedWrites> logger) : BackgroundService
{
    private const string Operation = "write";
    private const int AnswersOfAFlush = 1_000, KeysOfAScript = 100;
    private static readonly string s_store = RedisScript.Of("cache.header", "cache.store");
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1), s_lastFlush = TimeSpan.FromSeconds(2);

    private readonly Channel<SharedWrite> _waiting = Channel.CreateBounded<SharedWrite>(new BoundedChannelOptions(options.WriteQueue) { SingleReader = true });
    private bool _isFailing;
    private long _failedAt;

    /// <summary>Takes an answer, or drops it.</summary>
    public void Add(SharedWrite write)
    {
        if (!progress.IsFollowing || !_waiting.Writer.TryWrite(write)) metrics.Written("dropped", write.Keys.Count);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        if (ExecuteTask is { } running) await Task.WhenAny(running, Task.Delay(s_lastFlush, time, cancellationToken));
        await base.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var some = new List<SharedWrite>();
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
            {
                some.Clear();
                while (some.Count < AnswersOfAFlush && _waiting.Reader.TryRead(out var write)) some.Add(write);
                await FlushAsync(some, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is left is not shared.
        }
    }

    private async Task FlushAsync(List<SharedWrite> some, CancellationToken stopping)
    {
        int count = some.Sum(w => w.Keys.Count);
        if (!progress.IsFollowing || (_isFailing && time.GetElapsedTime(_failedAt) < s_pause))
        {
            metrics.Written("dropped", count);
            return;
        }
        long start = time.GetTimestamp();
        try
        {
            var taken = await connection.RunAsync(redis => Task.WhenAll(ScriptsOf(redis, some)), stopping);
            long stored = taken.Sum(t => (long)t);
            metrics.Written("stored", stored);
            metrics.Written("refused", count - stored);
            metrics.Flushed(Operation, count, time.GetElapsedTime(start));
            if (_isFailing) logger.WritesGoOn();
            _isFailing = false;
        }
        catch (Exception trouble) when (!stopping.IsCancellationRequested)
        {
            metrics.Failed(Operation);
            metrics.Written("dropped", count);
            if (!RedisTrouble.IsTrouble(trouble)) logger.SharingFault(trouble);
            else if (!_isFailing) logger.WritesStopped(RedisTrouble.NameOf(trouble));
            (_isFailing, _failedAt) = (true, time.GetTimestamp());
        }
    }

    private IEnumerable<Task<RedisResult>> ScriptsOf(IDatabase redis, List<SharedWrite> some)
    {
        var now = clock.Now;
        var entries = from write in some
                      let bytes = write.Write()
                      from key in write.Keys
                      let left = key.KeptFor - (now - write.AskedAt)
                      where left > TimeSpan.Zero
                      group (key.Key, Bytes: bytes, Left: left, write.About) by (write.Scope, key.Bucket);
        foreach (var bucket in entries)
        {
            var ends = keys.Ends(bucket.Key.Scope, bucket.Key.Bucket);
            foreach (var part in bucket.Chunk(KeysOfAScript))
            {
                RedisValue late = (long)SharedValues.MostLate.TotalMicroseconds;
                yield return redis.ScriptEvaluateAsync(s_store, [ends, .. part.Select(e => e.Key)],
                    [late, .. part.SelectMany(e => (RedisValue[])[e.Bytes, Math.Max(1, (long)e.Left.TotalMilliseconds), e.About])]);
            }
        }
    }
}
