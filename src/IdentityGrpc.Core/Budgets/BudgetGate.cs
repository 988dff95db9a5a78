using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Telemetry;

namespace IdentityGrpc.Core.Budgets;

/// <summary>The permits of one API, app and tenant.</summary>
/// <remarks>
/// (1) A call that nobody of its priority is ahead of, and that the windows have room for, is granted on the spot.
/// (2) Any other waits its turn, unless the queue is full or its deadline comes before the earliest time that its
/// place in the queue allows: then it is refused at once. (3) Whenever a window may have opened, the queue is served:
/// interactive calls first, bulk ones when they are owed a permit or nobody else waits, each when its window allows.
/// (4) Who can no longer be served in time is refused; (5) a timer is set for the next opening or deadline.
/// </remarks>
internal sealed class BudgetGate : IDisposable
{
    private readonly Lock _lock = new();
    private readonly BudgetKey _key;
    private readonly BudgetOptions _options;
    private readonly TimeProvider _time;
    private readonly CoreMetrics _metrics;
    private readonly long _origin;
    private readonly RateWindows _windows;
    private readonly PermitQueue _queue;
    private readonly ITimer _timer;
    private long _pausedUntil;
    private bool _armed, _retired;

    public BudgetGate(BudgetKey key, BudgetOptions options, TimeProvider time, CoreMetrics metrics)
    {
        _key = key;
        _options = options;
        _time = time;
        _metrics = metrics;
        _origin = time.GetTimestamp();
        _windows = new(options.LimitOf(key), options);
        _queue = new(options.BulkShare);
        _timer = time.CreateTimer(static gate => ((BudgetGate)gate!).Serve(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Asks for a permit.</summary>
    /// <param name="call">The call.</param>
    /// <param name="answer">The answer.</param>
    /// <returns>Whether the gate still is in use; else ask its successor.</returns>
    public bool TryTake(CallContext call, out ValueTask<Outcome<Permit>> answer)
    {
        answer = default;
        PermitWaiter waiter;
        lock (_lock)
        {
            if (_retired) return false;
            long now = Now();
            if (NobodyAhead(call.Priority) && Opening_NeedsLock(call.Priority, now) <= now) // (1)
            {
                answer = new(Grant_NeedsLock(call.Priority, now, now));
                return true;
            }
            long deadline = call.Deadline is { } end ? now + (end - _time.GetUtcNow()).Ticks : long.MaxValue;
            long earliest = Earliest_NeedsLock(now, _queue.Of(call.Priority).Count);
            bool late = deadline <= now || deadline < earliest;
            if (late || _queue.Of(call.Priority).Count >= _options.QueueLimit) // (2)
            {
                _metrics.Permit(_key, call.Priority, granted: false, default);
                var retryAfter = TimeSpan.FromTicks(earliest - now);
                answer = new(late ? BudgetRefusal.DeadlineCannotBeMet(retryAfter) : BudgetRefusal.QueueIsFull(retryAfter));
                return true;
            }
            waiter = new(call.Priority, now, deadline);
            _queue.Add(waiter);
            _metrics.BudgetQueued(_key, 1);
            Serve_NeedsLock(now);
        }
        if (call.Cancellation.CanBeCanceled)
        {
            var registration = call.Cancellation.UnsafeRegister((_, token) => Abandon(waiter, token), null);
            lock (_lock)
            {
                if (waiter.Place is null) registration.Unregister();
                else waiter.Registration = registration;
            }
        }
        answer = new(waiter.Task);
        if (!waiter.Task.IsCompleted) WaitBegan?.Invoke();
        return true;
    }

    /// <summary>Called when a call begins to wait, outside of the lock. Set once, before the first call.</summary>
    public Action? WaitBegan { get; init; }

    /// <summary>A call that was granted has ended.</summary>
    /// <param name="sentAt">When it was sent, where it has just been answered; null: it was not.</param>
    public void Return(long? sentAt)
    {
        lock (_lock)
        {
            long now = Now();
            _windows.Return(sentAt, now);
            if (_queue.Count > 0) Serve_NeedsLock(now);
        }
    }

    /// <inheritdoc cref="RateWindows.SetShare"/>
    /// <param name="share">From now on.</param>
    /// <param name="lasts">How long; after it, at most <paramref name="after"/>.</param>
    /// <param name="after">The most that it is then.</param>
    public void SetShare(WindowCounts share, TimeSpan lasts, WindowCounts after)
    {
        lock (_lock)
        {
            long now = Now();
            _windows.SetShare(share, lasts == Timeout.InfiniteTimeSpan ? long.MaxValue : now + lasts.Ticks, after);
            Serve_NeedsLock(now);
        }
    }

    /// <inheritdoc cref="RateWindows.LowerShare"/>
    public GateUse LowerShare(int second)
    {
        lock (_lock)
        {
            _windows.LowerShare(second, Now());
            return Use();
        }
    }

    /// <summary>What the gate holds and may hold, and how many calls are under way and wait.</summary>
    public GateUse Use()
    {
        lock (_lock)
        {
            long now = Now();
            return new(_windows.Used(now), _windows.Share(now), _windows.UnderWay, _queue.Count, TimeSpan.FromTicks(Math.Max(0, _pausedUntil - now)));
        }
    }

    /// <inheritdoc cref="IBudget.LeastWait"/>
    public TimeSpan LeastWait(int ahead)
    {
        lock (_lock)
        {
            long now = Now();
            return TimeSpan.FromTicks(Earliest_NeedsLock(now, ahead) - now);
        }
    }

    /// <inheritdoc cref="IBudget.NextPermit"/>
    public TimeSpan NextPermit(Priority priority)
    {
        lock (_lock)
        {
            long now = Now(), opening = Opening_NeedsLock(priority, now);
            return opening == long.MaxValue ? TimeSpan.MaxValue : TimeSpan.FromTicks(Math.Max(0, opening - now));
        }
    }

    /// <summary>Grants nothing for that long.</summary>
    /// <returns>Whether the gate still is in use; else tell its successor.</returns>
    public bool TryPause(TimeSpan reset)
    {
        lock (_lock)
        {
            if (_retired) return false;
            long now = Now();
            _pausedUntil = Math.Max(_pausedUntil, now + (reset < _options.MaxPause ? reset : _options.MaxPause).Ticks);
            Serve_NeedsLock(now);
            return true;
        }
    }

    /// <summary>Refuses everybody who waits.</summary>
    public void RefuseAll(Failure failure)
    {
        lock (_lock)
        {
            foreach (var waiter in _queue.Of(Priority.Interactive).Concat(_queue.Of(Priority.Bulk)).ToList()) Refuse_NeedsLock(waiter, failure);
            Serve_NeedsLock(Now());
        }
    }

    /// <summary>Takes the gate out of use where nothing is lost by it; the next one of its key begins with empty windows.</summary>
    public bool TryRetire()
    {
        lock (_lock)
        {
            long now = Now();
            _retired = _queue.Count == 0 && now >= _pausedUntil && _windows.IsEmpty(now);
            if (_retired) _timer.Dispose();
            return _retired;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Abandon(PermitWaiter waiter, CancellationToken token)
    {
        lock (_lock)
        {
            if (!Remove_NeedsLock(waiter)) return;
            Serve_NeedsLock(Now());
        }
        waiter.TrySetCanceled(token);
    }

    private void Serve()
    {
        lock (_lock)
        {
            _armed = false;
            Serve_NeedsLock(Now());
        }
    }

    private void Serve_NeedsLock(long now)
    {
        long opening = long.MaxValue;
        while (_queue.Next is { } priority) // (3)
        {
            opening = Opening_NeedsLock(priority, now);
            if (opening > now) break;
            var waiter = _queue.Of(priority).First!.Value;
            Remove_NeedsLock(waiter);
            var permit = Grant_NeedsLock(priority, now, waiter.AskedAt);
            waiter.SetResult(permit);
        }
        long deadline = Math.Min(RefuseLate_NeedsLock(Priority.Interactive, now), RefuseLate_NeedsLock(Priority.Bulk, now)); // (4)
        Arm_NeedsLock(_queue.Count == 0 ? long.MaxValue : Math.Min(opening, deadline), now); // (5)
    }

    /// <returns>The first deadline among those who go on waiting.</returns>
    private long RefuseLate_NeedsLock(Priority priority, long now)
    {
        int place = 0;
        long first = long.MaxValue;
        for (var node = _queue.Of(priority).First; node is not null;)
        {
            var (waiter, next) = (node.Value, node.Next);
            long earliest = waiter.Deadline == long.MaxValue ? now : Earliest_NeedsLock(now, place);
            if (waiter.Deadline <= now || waiter.Deadline < earliest)
            {
                Refuse_NeedsLock(waiter, BudgetRefusal.DeadlineCannotBeMet(TimeSpan.FromTicks(earliest - now)));
            }
            else
            {
                first = Math.Min(first, waiter.Deadline);
                place++;
            }
            node = next;
        }
        return first;
    }

    private void Refuse_NeedsLock(PermitWaiter waiter, Failure failure)
    {
        Remove_NeedsLock(waiter);
        _metrics.Permit(_key, waiter.Priority, granted: false, default);
        waiter.SetResult(failure);
    }

    private bool Remove_NeedsLock(PermitWaiter waiter)
    {
        if (!_queue.Remove(waiter)) return false;
        waiter.Registration.Unregister();
        _metrics.BudgetQueued(_key, -1);
        return true;
    }

    private Permit Grant_NeedsLock(Priority priority, long now, long askedAt)
    {
        _windows.Take(now);
        _queue.Granted(priority);
        _metrics.Permit(_key, priority, granted: true, TimeSpan.FromTicks(now - askedAt));
        return new(this, now);
    }

    private void Arm_NeedsLock(long opening, long now)
    {
        if (opening == long.MaxValue)
        {
            if (_armed) _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _armed = false;
            return;
        }
        // Timers count whole milliseconds; one that fires early would be set again and again.
        _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling((double)(opening - now) / TimeSpan.TicksPerMillisecond)), Timeout.InfiniteTimeSpan);
        _armed = true;
    }

    private bool NobodyAhead(Priority priority) => _queue.Next is not { } next || (next == Priority.Bulk && priority == Priority.Interactive && !_queue.BulkIsOwed);

    // A bulk call that is owed a permit does not stop short for others.
    private long Opening_NeedsLock(Priority priority, long now) => Math.Max(_pausedUntil,
        priority == Priority.Bulk && _queue.BulkIsOwed ? _windows.Opening(now) : _windows.Opening(now, priority));

    private long Earliest_NeedsLock(long now, int before) => Math.Max(_pausedUntil, _windows.Earliest(now, before));

    /// <summary>The gate's clock.</summary>
    public long Now() => _time.GetElapsedTime(_origin).Ticks;
}

/// <summary>How a gate is used.</summary>
/// <param name="Used">Calls that count.</param>
/// <param name="Share">Calls that may count.</param>
/// <param name="UnderWay">Calls that have not ended.</param>
/// <param name="Waiting">Calls that wait.</param>
/// <param name="PausedFor">How long nothing is granted.</param>
internal readonly record struct GateUse(WindowCounts Used, WindowCounts Share, int UnderWay, int Waiting, TimeSpan PausedFor);
