using System.Collections.Concurrent;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Telemetry;

namespace IdentityGrpc.Core.Budgets;

/// <summary>
/// The rate limits as one process spends them. A call counts from its grant on; from its answer on, it counts until a
/// window after the latest time at which the platform can have counted it, which is its answer less the shortest time
/// that calls take. So no window of the platform, fixed or sliding, holds more than its limit, however long calls are
/// on their way; see <see cref="BudgetOptions.Guard"/> for what is left to chance.
/// </summary>
public sealed class LocalBudget : IBudget, IBudgetFigures, IDisposable
{
    // Above it, gates that nobody uses are looked for whenever one is added.
    private const int GatesBeforeSweep = 256;

    private readonly ConcurrentDictionary<BudgetKey, BudgetGate> _gates = new();
    private readonly ConcurrentDictionary<AppTenant, DateTimeOffset> _stopped = new();
    private readonly Lock _making = new();
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
        (_options, _time, _metrics) = (options, CallThread.TimersOf(time), metrics);
    }

    internal int Gates => _gates.Count;

    /// <summary>
    /// Makes the gate of a key that is a replica's share of the limit, given the way to make one whose waiting calls
    /// are told of. Whoever sets it forgets gates too.
    /// </summary>
    internal Func<BudgetKey, Func<Action, BudgetGate>, BudgetGate>? Share { get; init; }

    /// <summary>Makes the gate of a key before it is asked for.</summary>
    internal void Hold(BudgetKey key) => GateOf(key);

    /// <summary>Forgets a gate that has been retired.</summary>
    internal void Forget(BudgetKey key, BudgetGate gate) => _gates.TryRemove(new(key, gate));

    /// <inheritdoc/>
    public ValueTask<Outcome<Permit>> TakeAsync(BudgetKey key, CallContext call)
    {
        if (call.Cancellation.IsCancellationRequested) return ValueTask.FromCanceled<Outcome<Permit>>(call.Cancellation);
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
    public TimeSpan NextPermit(BudgetKey key, Priority priority) => GateOf(key).NextPermit(priority);

    /// <inheritdoc/>
    public void Pause(BudgetKey key, TimeSpan reset)
    {
        while (!GateOf(key).TryPause(reset))
        {
        }
    }

    /// <inheritdoc/>
    /// <remarks>The platform's month is Beijing's (UTC+8).</remarks>
    public void StopForMonth(AppTenant scope) => Stop(scope, QuotaMonth.NextAfter(_time.GetUtcNow()));

    /// <summary>Grants nothing to the app until then.</summary>
    internal void Stop(AppTenant scope, DateTimeOffset until)
    {
        _stopped[scope] = until;
        if (MonthIsSpent(scope) is not { } spent) return;
        foreach (var (_, gate) in _gates.Where(g => g.Key.Scope == scope)) gate.RefuseAll(spent);
    }

    /// <inheritdoc/>
    public IReadOnlyList<BudgetFigures> Snapshot()
    {
        var figures = new List<BudgetFigures>();
        foreach (var (key, gate) in _gates)
        {
            var use = gate.Use();
            var stopped = MonthIsSpent(key.Scope)?.RetryAfter ?? TimeSpan.Zero;
            if (use.Used.Minute > 0 || use.Waiting > 0 || use.PausedFor > TimeSpan.Zero || stopped > TimeSpan.Zero)
                figures.Add(new(key, use.Used, use.Share, _options.LimitOf(key), use.Waiting, use.PausedFor, stopped));
        }
        return figures;
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
        lock (_making)
        {
            if (_gates.TryGetValue(key, out gate)) return gate;
            if (Share is not null) return _gates[key] = Share(key, waitBegan => new(key, _options, _time, _metrics) { WaitBegan = waitBegan });
            if (_gates.Count >= GatesBeforeSweep)
            {
                foreach (var old in _gates.Where(g => g.Value.TryRetire())) _gates.TryRemove(old);
            }
            return _gates[key] = new(key, _options, _time, _metrics);
        }
    }
}
