using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using StackExchange.Redis;

namespace IdentityGrpc.Redis.Caching;

/// <summary>
/// Leaves a Redis alone that fails or is slow, instead of letting every lookup wait for it. Open, it is closed by a probe in the
/// background and never tried on a caller: every master must answer in time, and where reads fail again soon after, the next probe is later.
/// </summary>
internal sealed class ReadBreaker : IDisposable
{
    private const int FailuresAtLeast = 4;
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(5), s_leastPause = TimeSpan.FromMilliseconds(250), s_mostPause = TimeSpan.FromSeconds(15);

    private readonly RedisConnection _connection;
    private readonly RedisOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CircuitBreakerManualControl _control = new();
    private readonly ResiliencePipeline _pipeline;
    private readonly CancellationTokenSource _end = new();
    private volatile bool _isClosed = true;
    private TimeSpan _pause = s_leastPause;
    private long _closedAt;

    public ReadBreaker(RedisConnection connection, RedisOptions options, TimeProvider time, ILogger logger)
    {
        (_connection, _options, _time, _logger) = (connection, options, time, logger);
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }.AddCircuitBreaker(new()
        {
            FailureRatio = 0.5,
            MinimumThroughput = FailuresAtLeast,
            SamplingDuration = s_window,
            BreakDuration = TimeSpan.FromDays(1), // the probe decides
            ManualControl = _control,
            ShouldHandle = new PredicateBuilder().Handle<Exception>(RedisTrouble.IsTrouble),
            OnOpened = opened =>
            {
                Open(opened.Outcome.Exception);
                return default;
            },
        }).Build();
    }

    /// <summary>Whether Redis is to be read.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>Reads.</summary>
    /// <exception cref="BrokenCircuitException">It has just opened.</exception>
    public ValueTask RunAsync(Func<CancellationToken, ValueTask> read, CancellationToken cancellation) => _pipeline.ExecuteAsync(read, cancellation);

    public void Dispose()
    {
        _end.Cancel();
        _end.Dispose();
    }

    private void Open(Exception? trouble)
    {
        _isClosed = false;
        _logger.ReadsStopped(trouble is null ? "failed" : RedisTrouble.NameOf(trouble));
        bool isSoonAgain = _time.GetElapsedTime(_closedAt) < s_window;
        _pause = isSoonAgain && _closedAt != 0 ? TimeSpan.FromTicks(Math.Min(s_mostPause.Ticks, 2 * _pause.Ticks)) : s_leastPause;
        _ = ProbeAsync(_pause, _end.Token);
    }

    private async Task ProbeAsync(TimeSpan pause, CancellationToken end)
    {
        try
        {
            do await Task.Delay(pause, _time, end);
            while (!await AnswersAsync(end));
            await _control.CloseAsync(end);
            _closedAt = _time.GetTimestamp();
            _isClosed = true;
            _logger.ReadsGoOn();
        }
        catch (OperationCanceledException)
        {
            // The service ends.
        }
    }

    private async Task<bool> AnswersAsync(CancellationToken end)
    {
        try
        {
            var redis = await _connection.MultiplexerAsync(end);
            await Task.WhenAll(redis.GetServers().Where(s => !s.IsReplica).Select(s => s.PingAsync(CommandFlags.DemandMaster))).WaitAsync(_options.Timeout, _time, end);
            return true;
        }
        catch (Exception trouble) when (RedisTrouble.IsTrouble(trouble))
        {
            return false;
        }
    }
}
