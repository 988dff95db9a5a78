namespace IdentityGrpc.Testing;

/// <summary>
/// A clock that stands still until a test moves it. <see cref="Advance"/> fires the timers that become due, in the
/// order of their due times, each at its own due time, on the thread that advances. Thread-safe.
/// </summary>
/// <remarks>
/// A timer that is armed for "at once" fires on the thread pool without any advance, as a real one does. A test
/// that must not advance before the code under test has gone to sleep awaits <see cref="WhenTimerAsync"/> first.
/// </remarks>
public sealed class ManualTimeProvider : TimeProvider
{
    private static readonly Comparer<ManualTimer> s_byDue = Comparer<ManualTimer>.Create(
        (a, b) => (a.Due, a.Sequence).CompareTo((b.Due, b.Sequence)));

    private readonly Lock _lock = new();
    private readonly Lock _advancing = new();
    private readonly SortedSet<ManualTimer> _armed = new(s_byDue);
    private readonly List<(Func<TimeSpan, bool> Match, TaskCompletionSource<TimeSpan> Found)> _waiting = [];
    private readonly DateTimeOffset _start;
    private DateTimeOffset _now;
    private long _sequence;

    public ManualTimeProvider() : this(new DateTimeOffset(2026, 1, 15, 8, 0, 0, TimeSpan.Zero))
    {
    }

    public ManualTimeProvider(DateTimeOffset start) => _now = _start = start;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>How many timers are armed: what is left at the end of a test has leaked.</summary>
    public int ArmedTimers
    {
        get { lock (_lock) return _armed.Count; }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock) return _now;
    }

    public override long GetTimestamp() => (GetUtcNow() - _start).Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock on and fires what becomes due. A callback may itself arm timers or advance.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        lock (_advancing)
        {
            var end = GetUtcNow() + by;
            while (TakeDue(end) is { } timer) timer.Fire();
            lock (_lock) _now = Later(_now, end);
        }
    }

    /// <summary>Completes as soon as a timer is armed whose remaining time fits; tells that time.</summary>
    /// <param name="match">Asked under the clock's lock: it must not touch the clock.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task<TimeSpan> WhenTimerAsync(Func<TimeSpan, bool> match, CancellationToken cancellation)
    {
        var found = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            foreach (var timer in _armed)
            {
                if (match(timer.Due - _now)) return Task.FromResult(timer.Due - _now);
            }
            _waiting.Add((match, found));
        }
        return found.Task.WaitAsync(cancellation);
    }

    private ManualTimer? TakeDue(DateTimeOffset end)
    {
        lock (_lock)
        {
            if (_armed.Min is not { } timer || timer.Due > end) return null;
            _armed.Remove(timer);
            _now = Later(_now, timer.Due);
            if (timer.Period > TimeSpan.Zero) Arm_NeedsLock(timer, timer.Period);
            return timer;
        }
    }

    private void Arm_NeedsLock(ManualTimer timer, TimeSpan dueIn)
    {
        (timer.Due, timer.Sequence) = (_now + dueIn, _sequence++);
        _armed.Add(timer);
        for (int i = _waiting.Count - 1; i >= 0; i--)
        {
            if (!_waiting[i].Match(dueIn)) continue;
            _waiting[i].Found.SetResult(dueIn);
            _waiting.RemoveAt(i);
        }
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private bool _disposed;

        public DateTimeOffset Due { get; set; }

        public long Sequence { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                if (_disposed) return false;
                clock._armed.Remove(this);
                Period = period;
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                if (dueTime > TimeSpan.Zero || period > TimeSpan.Zero) clock.Arm_NeedsLock(this, dueTime > TimeSpan.Zero ? dueTime : period);
            }
            if (dueTime == TimeSpan.Zero) ThreadPool.UnsafeQueueUserWorkItem(static timer => timer.Fire(), this, preferLocal: false);
            return true;
        }

        public void Dispose()
        {
            lock (clock._lock)
            {
                _disposed = true;
                clock._armed.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
