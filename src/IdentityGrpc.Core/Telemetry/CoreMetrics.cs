using System.Diagnostics;
using System.Diagnostics.Metrics;
using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Telemetry;

/// <summary>
/// The figures of the domain, on the meter <see cref="MeterName"/>. Every one carries the tags <c>api</c> and
/// <c>app</c> (the platform's id); none carries a key, contact or caller.
/// </summary>
public sealed class CoreMetrics : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "IdentityGrpc.Core";

    private readonly Histogram<double> _fill, _linger, _budgetWait;
    private readonly Histogram<int> _keys;
    private readonly UpDownCounter<int> _queue, _budgetQueue;
    private readonly Counter<long> _shared, _refused, _voided, _quarantined, _permits;

    internal Meter Meter { get; } = new(MeterName);

    /// <summary>Makes the instruments.</summary>
    public CoreMetrics()
    {
        _fill = Meter.CreateHistogram<double>("identity.batching.batch.fill", "1", "Keys of a batch as a part of what it could hold.");
        _keys = Meter.CreateHistogram<int>("identity.batching.batch.keys", "{key}", "Keys of an upstream call.");
        _linger = Meter.CreateHistogram<double>("identity.batching.linger", "s", "How long the longest waiting key of a batch waited until it left.");
        _queue = Meter.CreateUpDownCounter<int>("identity.batching.queue.length", "{key}", "Keys waiting to leave.");
        _shared = Meter.CreateCounter<long>("identity.batching.flights.shared", "{key}", "Keys that joined one that another had asked for.");
        _refused = Meter.CreateCounter<long>("identity.batching.refused", "{key}", "Keys refused at once, by reason: queue_full, deadline, quarantine_full.");
        _voided = Meter.CreateCounter<long>("identity.batching.voided", "{key}", "Answers that an eviction overtook.");
        _quarantined = Meter.CreateCounter<long>("identity.batching.quarantined", "{key}", "Keys of refused batches that were sorted out apart (U1).");
        _permits = Meter.CreateCounter<long>("identity.budget.permits", "{permit}", "Permits by result: granted, refused.");
        _budgetWait = Meter.CreateHistogram<double>("identity.budget.wait", "s", "How long a granted permit was waited for.");
        _budgetQueue = Meter.CreateUpDownCounter<int>("identity.budget.queue.length", "{call}", "Calls waiting for a permit.");
    }

    internal void Left(BudgetKey key, Priority priority, int keys, int room, TimeSpan longestWait)
    {
        var tags = Tags(key, priority);
        _fill.Record((double)keys / room, tags);
        _keys.Record(keys, tags);
        _linger.Record(longestWait.TotalSeconds, tags);
    }

    internal void Queued(BudgetKey key, int change)
    {
        if (change != 0) _queue.Add(change, Tags(key));
    }

    internal void Shared(BudgetKey key, int keys)
    {
        if (keys > 0) _shared.Add(keys, Tags(key));
    }

    internal void Refused(BudgetKey key, string reason, int keys)
    {
        if (keys == 0) return;
        var tags = Tags(key);
        tags.Add("reason", reason);
        _refused.Add(keys, tags);
    }

    internal void Voided(BudgetKey key, int keys)
    {
        if (keys > 0) _voided.Add(keys, Tags(key));
    }

    internal void Quarantined(BudgetKey key, int keys) => _quarantined.Add(keys, Tags(key));

    internal void Permit(BudgetKey key, Priority priority, bool granted, TimeSpan waited)
    {
        var tags = Tags(key, priority);
        if (granted) _budgetWait.Record(waited.TotalSeconds, tags);
        tags.Add("result", granted ? "granted" : "refused");
        _permits.Add(1, tags);
    }

    internal void BudgetQueued(BudgetKey key, int change) => _budgetQueue.Add(change, Tags(key));

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();

    private static TagList Tags(BudgetKey key) => new() { { "api", key.Api }, { "app", key.Scope.App.Value } };

    private static TagList Tags(BudgetKey key, Priority priority)
    {
        var tags = Tags(key);
        tags.Add("priority", priority == Priority.Bulk ? "bulk" : "interactive");
        return tags;
    }
}
