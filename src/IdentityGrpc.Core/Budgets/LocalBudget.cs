using System.Collections.Concurrent;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Telemetry;

namespace IdentityGrpc.Core.Budgets;

/// <summary>
/// The rate limits as one process spends them: sliding windows over the times of the grants, so that no window of
/// the platform, fixed or sliding, holds more than its limit, as long as the latency varies by less than
/// <see cref="BudgetOptions.Guard"/>.
/// </summary>
public sealed class LocalBudget : IBudget, IDisposable
{
    // Above it, gates that nobody uses are looked for whenever one is added.
    private const int GatesBeforeSweep = 256;

    private readonly ConcurrentDictionary<BudgetKey, BudgetGate> _gates = new();
    private readonly ConcurrentDictionary<AppTenant, DateTimeOffset> _stopped = new();
    private readonly BudgetOptions _options;
    private readonly TimeProvider _time;
    private readonly CoreMetrics _metrics;

    /// <summary>Makes a budget.</summary>
    /// <param name="options">How to spend.</param>
    /// <param name="time">The clock: its timestamps for the windows, its time of day for deadlines and the month.</param>
    /// <param name="metrics">Where figures go.</param>
    /// <exception cref="ArgumentException">An option is out of its bounds.</exception>
    public LocalBudget(BudgetOptions options, TimeProvider time, CoreMetrics metrics)
    {
        if (options.Problems().ToArray() is { Length: > 0 } problems) throw new ArgumentException(string.Join(' ', problems), nameof(options));
        (_options, _time, _metrics) = (options, time, metrics);
    }

    internal int Gates => _gates.Count;

    /// <inheritdoc/>
    public ValueTask<Failure?> TakeAsync(BudgetKey key, CallContext call)
    {
        if (call.Cancellation.IsCancellationRequested) return ValueTask.FromCanceled<Failure?>(call.Cancellation);
        if (MonthIsSpent(key.Scope) is { } spent) return new(spent);
        while (true)
        {
            var gate = GateOf(key);
            if (!gate.TryTake(call, out var answer)) continue;
            // The month may have been stopped between the look above and the place in the queue.
            if (!answer.IsCompleted && MonthIsSpent(key.Scope) is { } since) gate.RefuseAll(since);
            return answer;
        }
    }

    /// <inheritdoc/>
    public TimeSpan LeastWait(BudgetKey key, Priority priority, int ahead)
    {
        var gate = GateOf(key).LeastWait(ahead);
        return MonthIsSpent(key.Scope)?.RetryAfter is { } month && month > gate ? month : gate;
    }

    /// <inheritdoc/>
    public void Pause(BudgetKey key, TimeSpan reset)
    {
        while (!GateOf(key).TryPause(reset))
        {
        }
    }

    /// <inheritdoc/>
    /// <remarks>The platform's month is Beijing's (UTC+8).</remarks>
    public void StopForMonth(AppTenant scope)
    {
        _stopped[scope] = QuotaMonth.NextAfter(_time.GetUtcNow());
        if (MonthIsSpent(scope) is not { } spent) return;
        foreach (var (_, gate) in _gates.Where(g => g.Key.Scope == scope)) gate.RefuseAll(spent);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var gate in _gates.Values) gate.Dispose();
    }

    private Failure? MonthIsSpent(AppTenant scope)
    {
        if (_stopped.IsEmpty || !_stopped.TryGetValue(scope, out var until)) return null;
        var left = until - _time.GetUtcNow();
        if (left > TimeSpan.Zero) return BudgetRefusal.MonthIsSpent(left);
        _stopped.TryRemove(new(scope, until));
        return null;
    }

    private BudgetGate GateOf(BudgetKey key)
    {
        if (_gates.TryGetValue(key, out var gate)) return gate;
        if (_gates.Count >= GatesBeforeSweep)
        {
            foreach (var old in _gates.Where(g => g.Value.TryRetire())) _gates.TryRemove(old);
        }
        return _gates.GetOrAdd(key, static (k, self) => new(k, self._options, self._time, self._metrics), this);
    }
}
