using System.Diagnostics.Metrics;

namespace IdentityGrpc.Redis.Caching;

/// <summary>The figures of the shared cache, on the meter <see cref="MeterName"/>. None carries a key, an app or a caller.</summary>
public sealed class SharedCacheMetrics : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "IdentityGrpc.Redis";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _reads, _writes, _errors;
    private readonly Histogram<int> _keys;
    private readonly Histogram<double> _took;
    private Func<bool> _isOpen = static () => false;

    /// <summary>Makes the instruments.</summary>
    public SharedCacheMetrics()
    {
        _reads = _meter.CreateCounter<long>("identity.shared_cache.reads", "{key}", "Keys read, by result: hit, miss, damaged, unread.");
        _writes = _meter.CreateCounter<long>("identity.shared_cache.writes", "{key}", "Keys to be written, by result: stored, refused (ended or younger there), dropped.");
        _errors = _meter.CreateCounter<long>("identity.shared_cache.errors", "{flush}", "Flushes that failed, by operation: read, write.");
        _keys = _meter.CreateHistogram<int>("identity.shared_cache.flush.keys", "{key}", "Keys of a flush, by operation: read, write.");
        _took = _meter.CreateHistogram<double>("identity.shared_cache.flush.duration", "s", "How long a flush took, by operation: read, write.");
        _meter.CreateObservableGauge("identity.shared_cache.open", () => _isOpen() ? 1 : 0, "1", "Whether the shared cache is read: 1 or 0.");
    }

    internal void Observe(Func<bool> isOpen) => _isOpen = isOpen;

    internal void Read(string result, int keys)
    {
        if (keys > 0) _reads.Add(keys, new KeyValuePair<string, object?>("result", result));
    }

    internal void Written(string result, long keys)
    {
        if (keys > 0) _writes.Add(keys, new KeyValuePair<string, object?>("result", result));
    }

    internal void Failed(string operation) => _errors.Add(1, new KeyValuePair<string, object?>("operation", operation));

    internal void Flushed(string operation, int keys, TimeSpan took)
    {
        _keys.Record(keys, new KeyValuePair<string, object?>("operation", operation));
        _took.Record(took.TotalSeconds, new KeyValuePair<string, object?>("operation", operation));
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
