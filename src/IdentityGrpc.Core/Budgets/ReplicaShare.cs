namespace IdentityGrpc.Core.Budgets;

/// <summary>What one replica holds of one limit. See <see cref="ReplicaBudget"/> for the numbers.</summary>
internal sealed class ReplicaShare : IDisposable
{
    private const double PermitsOfASync = 8;
    private static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(10), s_longestActiveInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_beginning = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_idleAfter = TimeSpan.FromSeconds(5), s_idleInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly ReplicaBudget _budget;
    private readonly RateLimit _limit;
    private readonly ITimer _timer;
    private readonly long _activeInterval;
    private readonly PeakUse _peak = new();
    private WindowCounts _due, _told, _wanted;
    private bool _isSyncing, _isRetired;
    private long _usedAt, _leaseEnds, _syncedAt = long.MinValue / 2;
    private long? _lostAt, _busySince;
    private TimeSpan _pauseToTell;

    public ReplicaShare(BudgetKey key, ReplicaBudget budget, Func<ReplicaShare, BudgetGate> gateOf)
    {
        (Key, _budget, _limit) = (key, budget, budget.Options.LimitOf(key));
        // Few permits are not worth a round trip; where it is shorter, the interval at which it looks holds.
        _activeInterval = Math.Min((long)(TimeSpan.TicksPerSecond * PermitsOfASync / _limit.PerSecond), s_longestActiveInterval.Ticks);
        _usedAt = budget.Now();
        _timer = budget.Time.CreateTimer(static share => ((ReplicaShare)share!).Poll(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Gate = gateOf(this);
        Gate.SetShare(default, Timeout.InfiniteTimeSpan, default);
    }

    public BudgetKey Key { get; }

    public BudgetGate Gate { get; }

    public bool IsLost
    {
        get { lock (_lock) return _lostAt is not null; }
    }

    /// <summary>A call waits: where that is news to the store, it is told at once.</summary>
    public void WaitBegan()
    {
        lock (_lock)
        {
            _usedAt = _budget.Now();
            if (_lostAt is not null || (IsHungry(_wanted) && !IsDueMore_NeedsLock())) return;
        }
        Poll();
    }

    /// <summary>Another replica is to hear of the pause.</summary>
    public void TellPause(TimeSpan reset)
    {
        lock (_lock) _pauseToTell = reset;
        _ = SyncAsync();
    }

    /// <summary>Comes by every <see cref="ReplicaBudget.BeatInterval"/>.</summary>
    public Task BeatAsync()
    {
        lock (_lock)
        {
            long now = _budget.Now();
            var use = Gate.Use();
            if (use.Waiting > 0 || use.Used.Second > 0) _usedAt = now;
            var interval = now - _usedAt < s_idleAfter.Ticks ? ReplicaBudget.BeatInterval : s_idleInterval;
            if (now - _syncedAt < 0.9 * interval.Ticks) return Task.CompletedTask;
        }
        return SyncAsync();
    }

    /// <summary>Gives the share back where it has not been used for that long.</summary>
    public bool TryRetire(TimeSpan idle)
    {
        lock (_lock)
        {
            if (_isSyncing || _budget.Now() - _usedAt < idle.Ticks || !Gate.TryRetire()) return false;
            _isRetired = true;
        }
        _ = LeaveAsync();
        return true;
    }

    /// <summary>Gives the share back, but for the calls that still count.</summary>
    public async Task LeaveAsync()
    {
        try
        {
            lock (_lock) _isRetired = true;
            await _budget.Shared.SyncAsync(Key, _limit, new(_budget.EraOf(Key.Scope), Gate.Use().Used, default, _budget.Replicas, default, Leaves: true), CancellationToken.None);
        }
        catch (Exception)
        {
            // The lease runs out by itself.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Poll() => _ = SyncAsync(poll: true);

    private async Task SyncAsync(bool poll = false)
    {
        ShareClaim claim;
        lock (_lock)
        {
            if (_isSyncing || _isRetired) return;
            long now = _budget.Now();
            if (poll && now - _syncedAt < s_pollInterval.Ticks)
            {
                _timer.Change(s_pollInterval, Timeout.InfiniteTimeSpan);
                return;
            }
            claim = Claim_NeedsLock(now);
            if (poll && !IsNews_NeedsLock(claim, now))
            {
                Rest_NeedsLock();
                return;
            }
            (_isSyncing, _wanted, _syncedAt, _pauseToTell) = (true, claim.Wanted, now, default);
        }
        try
        {
            long sentAt = _budget.Now();
            var grant = await _budget.Shared.SyncAsync(Key, _limit, claim, _budget.Disposed);
            Received(grant, sentAt);
            _budget.SharedMetrics.Synced(Key, grant.Held.Second - claim.Held.Second, TimeSpan.FromTicks(_budget.Now() - sentAt));
            _budget.Met(Key.Scope, grant.Era);
            _budget.Found();
            if (grant.StoppedFor > TimeSpan.Zero) _budget.HeardStop(Key.Scope, grant.StoppedFor);
        }
        catch (Exception fault)
        {
            if (_budget.Disposed.IsCancellationRequested) return;
            Lost(claim);
            _budget.SharedMetrics.Failed(Key);
            _budget.Lost(fault);
        }
    }

    private ShareClaim Claim_NeedsLock(long now)
    {
        if (_lostAt is not null) GrowAlone_NeedsLock(now);
        var use = Gate.Use();
        var wanted = Wanted_NeedsLock(use, now);
        // It is given with this round trip, not with the one after it.
        if (_lostAt is null && IsSpared_NeedsLock() && wanted.Second < use.Share.Second) use = Gate.LowerShare(wanted.Second);
        var held = use.Share.AtLeast(use.Used);
        return new(_budget.EraOf(Key.Scope), held, wanted, _budget.Replicas, _pauseToTell, IsBack: _lostAt is not null && now >= _leaseEnds);
    }

    private WindowCounts Wanted_NeedsLock(GateUse use, long now)
    {
        var all = new WindowCounts(_limit.PerSecond, _limit.PerMinute);
        var peak = _peak.With(use.Used, now);
        int expected = _budget.ExpectedOf(Key);
        _busySince = expected == 0 && use.UnderWay == 0 ? null : _busySince ?? now;
        if (use.Waiting > 0) return all;
        if (_busySince is not { } since) return use.Used;
        // What calls use that have only begun is not known yet; if they do not come within that time, others need not wait for them.
        return now - since < s_beginning.Ticks ? peak.AtLeast(use.Used.Plus(expected)).AtMost(all) : peak;
    }

    private void Received(SharedGrant grant, long sentAt)
    {
        lock (_lock)
        {
            long now = _budget.Now();
            (_lostAt, _due, _told, _isSyncing) = (null, grant.Due, grant.Held, false);
            _leaseEnds = sentAt + ReplicaBudget.Lease.Ticks;
            Gate.SetShare(grant.Held.AtMost(grant.Due), LeaseLeft(now), Alone); // (3)
            if (grant.PausedFor > TimeSpan.Zero) Gate.TryPause(grant.PausedFor);
            Rest_NeedsLock();
        }
    }

    private void Lost(ShareClaim claim)
    {
        lock (_lock)
        {
            long now = _budget.Now();
            _isSyncing = false;
            _lostAt ??= now;
            if (claim.Pause > TimeSpan.Zero) _pauseToTell = claim.Pause;
            GrowAlone_NeedsLock(now);
        }
    }

    // (5) What others may still hold beyond their part, or have spent of it, is left to them until it counts no more.
    private void GrowAlone_NeedsLock(long now)
    {
        var held = Gate.Use().Share;
        bool isAlone = _budget.EraOf(Key.Scope) == 0;
        long over = _lostAt!.Value + ReplicaBudget.Lease.Ticks + ReplicaBudget.LongestFlight.Ticks;
        var grown = new WindowCounts(
            isAlone || now >= over + _budget.Options.Second.Ticks ? Math.Max(held.Second, Alone.Second) : held.Second,
            isAlone || now >= over + _budget.Options.Minute.Ticks ? Math.Max(held.Minute, Alone.Minute) : held.Minute);
        if (grown != held) Gate.SetShare(grown, LeaseLeft(now), Alone);
    }

    private TimeSpan LeaseLeft(long now) => TimeSpan.FromTicks(Math.Max(0, _leaseEnds - now));

    private WindowCounts Alone => new(_limit.PerSecond / _budget.Replicas, _limit.PerMinute / _budget.Replicas);

    private bool IsHungry(WindowCounts wanted) => wanted.Second == _limit.PerSecond;

    private bool IsDueMore_NeedsLock() => _told.IsBelow(_due);

    // Whoever gets no more than it wants has others beside it who want more than there is.
    private bool IsSpared_NeedsLock() => _due.Second <= _wanted.Second && _due.Second < _limit.PerSecond;

    // What is held, and whether more is wanted; where others do without, that less is; and, from time to time, what they leave or want.
    private bool IsNews_NeedsLock(ShareClaim claim, long now) => claim.Held != _told
        || IsHungry(claim.Wanted) != IsHungry(_wanted)
        || (IsSpared_NeedsLock() && claim.Wanted.Second < _wanted.Second)
        || IsDueMore_NeedsLock()
        || (claim.Wanted.Second > 0 && now - _syncedAt >= _activeInterval);

    // Looks again soon, where something is to be had or to be given, or will be.
    private void Rest_NeedsLock()
    {
        if (_lostAt is not null || _isRetired) return;
        var use = Gate.Use();
        if (use.Waiting > 0 || use.Used.Second > 0 || IsHungry(_wanted) || _due.IsBelow(_told)) _timer.Change(s_pollInterval, Timeout.InfiniteTimeSpan);
    }
}
