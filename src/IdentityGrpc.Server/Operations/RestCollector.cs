namespace IdentityGrpc.Server.Operations;

/// <summary>
/// Collects young objects while the service is at rest. A migration spends a second's limit in a burst and then waits for the
/// next one: a collection that falls into a burst holds its last calls up, and every later burst keeps their distance.
/// </summary>
internal sealed class RestCollector : IHostedService, IDisposable
{
    /// <summary>How long the service must have been at rest.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Less has been allocated since the last collection: not worth one. 16 MiB.</summary>
    public const long WorthCollecting = 16 << 20;

    private const double MostUsedAtRest = 0.1; // of one processor

    private readonly ICollectedRuntime _runtime;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private TimeSpan _processorTime;
    private long _lookedAt, _collectedAt;
    private int _collections = -1;

    /// <summary>Makes a collector.</summary>
    /// <param name="runtime">The runtime.</param>
    /// <param name="time">The clock.</param>
    public RestCollector(ICollectedRuntime runtime, TimeProvider time)
    {
        (_runtime, _time) = (runtime, time);
        _timer = time.CreateTimer(static collector => ((RestCollector)collector!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Look();
        _timer.Change(Interval, Interval);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        lock (_lock) // a collection may outlast the interval
        {
            var (used, passed) = (_runtime.ProcessorTime - _processorTime, _time.GetElapsedTime(_lookedAt));
            (_processorTime, _lookedAt) = (_runtime.ProcessorTime, _time.GetTimestamp());
            if (_runtime.Collections != _collections) (_collections, _collectedAt) = (_runtime.Collections, _runtime.Allocated);
            if (used < MostUsedAtRest * passed && _runtime.Allocated - _collectedAt >= WorthCollecting) _runtime.Collect();
        }
    }
}

/// <summary>What is asked of the runtime.</summary>
internal interface ICollectedRuntime
{
    /// <summary>The processor time that the process has taken.</summary>
    TimeSpan ProcessorTime { get; }

    /// <summary>The bytes that it has allocated.</summary>
    long Allocated { get; }

    /// <summary>How often young objects have been collected.</summary>
    int Collections { get; }

    /// <summary>Collects those that are young now.</summary>
    void Collect();
}

/// <summary>The runtime of this process.</summary>
internal sealed class CollectedRuntime : ICollectedRuntime
{
    private const int Young = 1;

    /// <summary>Whether so many young objects may pile up that a collection at rest comes before the runtime's own.</summary>
    public static bool LetsYoungObjectsPileUp =>
        GC.GetConfigurationVariables().GetValueOrDefault("GCGen0MaxBudget") is long size && size >= 2 * RestCollector.WorthCollecting;

    public TimeSpan ProcessorTime => Environment.CpuUsage.TotalTime;

    public long Allocated => GC.GetTotalAllocatedBytes();

    public int Collections => GC.CollectionCount(0);

    public void Collect() => GC.Collect(Young, GCCollectionMode.Forced, blocking: true);
}
