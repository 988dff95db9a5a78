namespace IdentityGrpc.Core.Budgets;

/// <summary>
/// The times of the last calls, of which at most <paramref name="limit"/> may lie in any stretch of
/// <paramref name="length"/>, wherever it begins: what holds for every stretch holds for fixed windows of any phase.
/// Times are ticks of one clock that never goes back. Not thread-safe.
/// </summary>
internal sealed class SlidingWindow(int limit, TimeSpan length)
{
    private readonly long[] _times = new long[limit];
    private int _first, _used;

    /// <summary>Whether no call counts any more.</summary>
    public bool IsEmpty(long now)
    {
        Expire(now);
        return _used == 0;
    }

    /// <summary>Counts a call.</summary>
    public void Add(long now)
    {
        Expire(now);
        if (_used == limit) throw new InvalidOperationException("A call was counted that the window has no room for.");
        _times[(_first + _used++) % limit] = now;
    }

    /// <summary>The earliest time of the next call, when <paramref name="before"/> others go first; exact where nothing else holds them back.</summary>
    public long Earliest(long now, int before = 0)
    {
        Expire(now);
        int free = limit - _used;
        var (rounds, place) = Math.DivRem(before, limit);
        return (place < free ? now : ReturnOf(place - free)) + rounds * length.Ticks;
    }

    /// <summary>
    /// The earliest time at which a call leaves enough for others to go on at <paramref name="pace"/> × the limit
    /// until the calls that count now stop counting. May be given too early, never too late: ask again then.
    /// </summary>
    public long EarliestLeaving(double pace, long now)
    {
        long at = Earliest(now);
        if (at > now || _used == 0 || pace == 0) return at;
        double perTick = pace * limit / length.Ticks;
        int left = limit - _used - 1;
        // Returns 1, 2, 4, 8 … : what holds before these holds before all others to within a factor of two. Half
        // a call is lent, so that limits of a few calls are spent too.
        for (int k = 0; k < _used; k = k == 0 ? 1 : k * 2)
        {
            at = Math.Max(at, ReturnOf(k) - (long)((left + k + 0.5) / perTick));
        }
        return Math.Min(at, ReturnOf(0));
    }

    private long ReturnOf(int place) => _times[(_first + place) % limit] + length.Ticks;

    private void Expire(long now)
    {
        while (_used > 0 && ReturnOf(0) <= now)
        {
            _first = (_first + 1) % limit;
            _used--;
        }
    }
}
