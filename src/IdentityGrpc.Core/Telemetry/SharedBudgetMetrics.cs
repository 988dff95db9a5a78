using System.Diagnostics;
using System.Diagnostics.Metrics;
using IdentityGrpc.Core.Budgets;

namespace IdentityGrpc.Core.Telemetry;

/// <summary>The figures of a budget that replicas share, on the meter <see cref="CoreMetrics.MeterName"/>, tagged as there.</summary>
public sealed class SharedBudgetMetrics : IDisposable
{
    private readonly Meter _meter = new(CoreMetrics.MeterName);
    private readonly Histogram<int> _grants;
    private readonly Histogram<double> _roundTrip;
    private readonly Counter<long> _failed;

    /// <summary>Makes the instruments.</summary>
    public SharedBudgetMetrics()
    {
        _grants = _meter.CreateHistogram<int>("identity.budget.shared.grants", "{permit}", "Permits a second that one round trip to the shared store added to this replica's share.");
        _roundTrip = _meter.CreateHistogram<double>("identity.budget.shared.round_trip", "s", "Time of one round trip to the shared store.");
        _failed = _meter.CreateCounter<long>("identity.budget.shared.failures", "{call}", "Round trips to the shared store that failed.");
    }

    internal void Synced(BudgetKey key, int added, TimeSpan duration)
    {
        var tags = Tags(key);
        _grants.Record(Math.Max(0, added), tags);
        _roundTrip.Record(duration.TotalSeconds, tags);
    }

    internal void Failed(BudgetKey key) => _failed.Add(1, Tags(key));

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static TagList Tags(BudgetKey key) => new() { { "api", key.Api }, { "app", key.Scope.App.Value } };
}
