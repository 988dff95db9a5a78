using System.Threading.Channels;
using IdentityGrpc.Redis.Changes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IdentityGrpc.Redis.Caching;

/// <summary>
/// Shares answers in the background, so that nobody waits for it: many in one flush, one script for each bucket. The first of a second
/// are shared at once; of a burst, the rest waits for the pause behind it, lest it take its processors and Redis from those who wait for
/// answers. Where more wait than there is room for, or Redis does not take them, they are dropped: another replica asks for itself then.
/// </summary>
internal sealed class SharedWrites(RedisConnection connection, RedisKeys keys, ChangeProgress progress, RedisClock clock, RedisOptions options,
    SharedCacheMetrics metrics, TimeProvider time, ILogger<SharedWrites> logger) : BackgroundService
{
    private const string Operation = "write";
    private const int AnswersOfAFlush = 1_000, AnswersAtOnce = 1_000;
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1), s_lastFlush = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1), s_burst = TimeSpan.FromMilliseconds(500);

    private readonly Channel<IWaitingAnswer> _waiting = Channel.CreateBounded<IWaitingAnswer>(new BoundedChannelOptions(options.WriteQueue) { SingleReader = true });
    private readonly SharedScripts _scripts = new(keys, clock);
    private readonly TaskCompletionSource _stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isFailing;
    private long _failedAt;

    /// <summary>Takes an answer, or drops it.</summary>
    public void Add(IWaitingAnswer answer)
    {
        if (!progress.IsFollowing || !_waiting.Writer.TryWrite(answer)) metrics.Written("dropped", answer.Keys);
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
        int taken = 0;
        long start = time.GetTimestamp();
        try
        {
            for (; taken < most && _waiting.Reader.TryRead(out var answer); taken++) answer.AddTo(_scripts);
            if (!progress.IsFollowing || (_isFailing && time.GetElapsedTime(_failedAt) < s_pause))
            {
                metrics.Written("dropped", _scripts.Keys);
                return taken;
            }
            var answers = await connection.RunAsync(_scripts.SendAsync, stopping);
            long stored = answers.Sum(a => (long)a);
            metrics.Written("stored", stored);
            metrics.Written("refused", _scripts.Keys - stored);
            metrics.Flushed(Operation, _scripts.Keys, time.GetElapsedTime(start));
            if (_isFailing) logger.WritesGoOn();
            _isFailing = false;
        }
        catch (Exception trouble) when (!stopping.IsCancellationRequested)
        {
            metrics.Failed(Operation);
            metrics.Written("dropped", _scripts.Keys);
            if (!RedisTrouble.IsTrouble(trouble)) logger.SharingFault(trouble);
            else if (!_isFailing) logger.WritesStopped(RedisTrouble.NameOf(trouble));
            (_isFailing, _failedAt) = (true, time.GetTimestamp());
        }
        finally
        {
            _scripts.Clear();
        }
        return taken;
    }
}
