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
/// <param name="Value">What lies there.</param>
/// <param name="AskedAt">When the platform was asked.</param>
/// <param name="About">What it is about, as the script calls it.</param>
internal sealed record SharedWrite(AppTenant Scope, IReadOnlyList<(RedisKey Key, int Bucket, TimeSpan KeptFor)> Keys, byte[] Value, DateTimeOffset AskedAt, string About);

/// <summary>
/// Shares answers in the background, so that nobody waits for it: many in one flush, one script for each bucket. The first of a second
/// are shared at once; of a burst, the rest waits for the pause behind it, lest it take its processors and Redis from those who wait for
/// answers. Where more wait than there is room for, or Redis does not take them, they are dropped: another replica asks for itself then.
/// </summary>
internal sealed class SharedWrites(RedisConnection connection, RedisKeys keys, ChangeProgress progress, RedisClock clock, RedisOptions options,
    SharedCacheMetrics metrics, TimeProvider time, ILogger<SharedWrites> logger) : BackgroundService
{
    private const string Operation = "write";
    private const int AnswersOfAFlush = 1_000, AnswersAtOnce = 1_000, KeysOfAScript = 100;
    private static readonly string s_store = RedisScript.Of("cache.header", "cache.store");
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1), s_lastFlush = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1), s_burst = TimeSpan.FromMilliseconds(500);

    private readonly Channel<Func<SharedWrite?>> _waiting = Channel.CreateBounded<Func<SharedWrite?>>(new BoundedChannelOptions(options.WriteQueue) { SingleReader = true });
    private readonly TaskCompletionSource _stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isFailing;
    private long _failedAt;

    /// <summary>Takes an answer, or drops it.</summary>
    /// <param name="make">Makes it when its turn has come; null: it has ended meanwhile.</param>
    public void Add(Func<SharedWrite?> make)
    {
        if (!progress.IsFollowing || !_waiting.Writer.TryWrite(make)) metrics.Written("dropped", make()?.Keys.Count ?? 0);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        _stopping.TrySetResult();
        if (ExecuteTask is { } running) await Task.WhenAny(running, Task.Delay(s_lastFlush, time, cancellationToken));
        await base.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            long since = time.GetTimestamp();
            int atOnce = 0;
            while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
            {
                if (time.GetElapsedTime(since) >= s_second) (since, atOnce) = (time.GetTimestamp(), 0);
                if (atOnce < AnswersAtOnce)
                {
                    atOnce += await FlushAsync(AnswersAtOnce - atOnce, stoppingToken);
                    continue;
                }
                await Task.WhenAny(Task.Delay(s_burst, time, stoppingToken), _stopping.Task);
                for (int left = _waiting.Reader.Count; left > 0;) left -= await FlushAsync(Math.Min(left, AnswersOfAFlush), stoppingToken);
                (since, atOnce) = (time.GetTimestamp(), 0);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is left is not shared.
        }
    }

    /// <returns>How many it took of those that wait, ended ones too.</returns>
    private async Task<int> FlushAsync(int most, CancellationToken stopping)
    {
        int taken = 0, count = 0;
        long start = time.GetTimestamp();
        try
        {
            var some = new List<SharedWrite>();
            while (taken < most && _waiting.Reader.TryRead(out var make))
            {
                taken++;
                if (make() is not { } write) continue;
                count += write.Keys.Count;
                // A change that came since may have ended it at an earlier time than it seems to be of.
                if (write.AskedAt > clock.Overshot) some.Add(write);
            }
            if (!progress.IsFollowing || (_isFailing && time.GetElapsedTime(_failedAt) < s_pause))
            {
                metrics.Written("dropped", count);
                return taken;
            }
            var answers = await connection.RunAsync(redis => Task.WhenAll(ScriptsOf(redis, some)), stopping);
            long stored = answers.Sum(a => (long)a);
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
        return taken;
    }

    private List<Task<RedisResult>> ScriptsOf(IDatabase redis, List<SharedWrite> some)
    {
        var now = clock.Now;
        var buckets = new Dictionary<(AppTenant, int), Script>();
        var sent = new List<Task<RedisResult>>();
        foreach (var write in some)
        {
            foreach (var (key, bucket, keptFor) in write.Keys)
            {
                var left = keptFor - (now - write.AskedAt);
                if (left <= TimeSpan.Zero) continue;
                if (!buckets.TryGetValue((write.Scope, bucket), out var script)) buckets[(write.Scope, bucket)] = script = new(keys.Ends(write.Scope, bucket));
                script.Add(key, write.Value, left, write.About);
                if (script.Count == KeysOfAScript) sent.Add(script.Send(redis));
            }
        }
        sent.AddRange(buckets.Values.Where(s => s.Count > 0).Select(s => s.Send(redis)));
        return sent;
    }

    /// <summary>What one script is told, of one bucket.</summary>
    private sealed class Script(RedisKey ends)
    {
        private static readonly RedisValue s_mostLate = (long)SharedValues.MostLate.TotalMicroseconds;

        private readonly List<RedisKey> _keys = [ends];
        private readonly List<RedisValue> _arguments = [s_mostLate];

        public int Count => _keys.Count - 1;

        public void Add(RedisKey key, RedisValue value, TimeSpan left, RedisValue about)
        {
            _keys.Add(key);
            _arguments.Add(value);
            _arguments.Add(Math.Max(1, (long)left.TotalMilliseconds));
            _arguments.Add(about);
        }

        /// <summary>Sends it, and begins anew.</summary>
        public Task<RedisResult> Send(IDatabase redis)
        {
            var answer = redis.ScriptEvaluateAsync(s_store, [.. _keys], [.. _arguments]);
            _keys.RemoveRange(1, _keys.Count - 1);
            _arguments.RemoveRange(1, _arguments.Count - 1);
            return answer;
        }
    }
}
