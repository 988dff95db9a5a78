namespace IdentityGrpc.Core.Budgets;

/// <summary>
/// The system's clock, with timers that one thread fires, as soon as it can; those of the system wait for a free thread of the pool, and
/// count coarser.
/// </summary>
/// <param name="changed">Called when the next timer may fire sooner than <see cref="Fire"/> has told.</param>
internal sealed class CallTimers(Action changed) : TimeProvider
{
    private static readonly Comparer<CallTimer> s_byTime = Comparer<CallTimer>.Create((a, b) => a.At != b.At ? a.At.CompareTo(b.At) : a.Id.CompareTo(b.Id));

    private readonly SortedSet<CallTimer> _set = new(s_byTime);
    private readonly Lock _lock = new();
    private long _last;

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">A period is given: these timers fire once.</exception>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new CallTimer(this, callback, state, Interlocked.Increment(ref _last));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Fires what is due.</summary>
    /// <returns>How many milliseconds later to come again; -1: when something has changed.</returns>
    public int Fire()
    {
        while (true)
        {
            CallTimer? first;
            lock (_lock)
            {
                first = _set.Min;
                if (first is null) return Timeout.Infinite;
                long left = first.At - GetTimestamp();
                if (left > 0) return (int)Math.Min(int.MaxValue, Math.Ceiling(1_000.0 * left / TimestampFrequency));
                _set.Remove(first);
            }
            first.Fire();
        }
    }

    private void Set(CallTimer timer, TimeSpan due)
    {
        bool isSooner = false;
        lock (_lock)
        {
            _set.Remove(timer);
            if (due != Timeout.InfiniteTimeSpan)
            {
                timer.At = GetTimestamp() + (long)Math.Min(due.TotalSeconds * TimestampFrequency, long.MaxValue / 2);
                _set.Add(timer);
                isSooner = _set.Min == timer;
            }
        }
        if (isSooner) changed();
    }

    private sealed class CallTimer(CallTimers timers, TimerCallback callback, object? state, long id) : ITimer
    {
        public readonly long Id = id;

        /// <summary>When it fires, as a timestamp; changed only while it is not set.</summary>
        public long At;

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (period != Timeout.InfiniteTimeSpan) throw new NotSupportedException("These timers fire once.");
            timers.Set(this, dueTime);
            return true;
        }

        public void Dispose() => timers.Set(this, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
