namespace IdentityGrpc.Core.Budgets;

/// <summary>
/// The last calls, of which at most <see cref="Share"/> may be counted by the platform in any stretch of
/// <paramref name="length"/>, wherever it begins: what holds for every stretch holds for fixed windows of any phase.
/// A call counts as long as it is under way, and then for a length from the latest time at which it can have been
/// counted. Times are ticks of one clock that never goes back. Not thread-safe.
/// </summary>
internal sealed class SlidingWindow(int limit, TimeSpan length)
{
    private readonly long[] _times = new long[limit];
    private int _first, _answered, _underWay;
    private long _lastTaken;

    /// <summary>How many calls it may hold; the limit, or the part of it that is this replica's.</summary>
    public int Share { get; set; } = limit;

    /// <summary>How many calls have not ended.</summary>
    public int UnderWay => _underWay;

    /// <summary>How many calls it holds.</summary>
    public int Used(long now)
    {
        Expire(now);
        return _answered + _underWay;
    }

    /// <summary>Counts a call that is about to be sent.</summary>
    public void Take(long now)
    {
        if (Used(now) >= Share) throw new InvalidOperationException("A call was counted that the window has no room for.");
        _underWay++;
        _lastTaken = now;
    }

    /// <summary>A call has been answered, which the platform counted at <paramref name="latest"/> or before.</summary>
    public void Return(long latest)
    {
        if (_answered > 0) latest = Math.Max(latest, _times[(_first + _answered - 1) % Limit]);
        _underWay--;
        _times[(_first + _answered++) % Limit] = latest;
    }

    /// <summary>When the next call may go; <see cref="long.MaxValue"/> where only an answer or a greater share can tell.</summary>
    public long Opening(long now)
    {
        int over = Used(now) - Share;
        return over < 0 ? now : over < _answered ? ReturnOf(over) : long.MaxValue;
    }

    /// <summary>
    /// The earliest time of the next call, when <paramref name="before"/> others go first, if the whole limit were to be
    /// had: never too late.
    /// </summary>
    public long Earliest(long now, int before = 0)
    {
        int free = Limit - Used(now);
        var (rounds, place) = Math.DivRem(before, Limit);
        return (place < free ? now : Math.Max(now, ReturnOf(place - free))) + rounds * length.Ticks;
    }

    /// <summary>
    /// The earliest time at which a call leaves enough for others to go on at <paramref name="pace"/> × the share
    /// until the calls that count now stop counting. May be given too early, never too late: ask again then.
    /// </summary>
    public long OpeningLeaving(double pace, long now)
    {
        long at = Opening(now);
        int used = _answered + _underWay;
        if (at > now || used == 0 || pace == 0) return at;
        double perTick = pace * Share / length.Ticks;
        int left = Share - used - 1;
        // Returns 1, 2, 4, 8 … : what holds before these holds before all others to within a factor of two. Half
        // a call is lent, so that limits of a few calls are spent too.
        for (int k = 0; k < used; k = k == 0 ? 1 : k * 2)
        {
            at = Math.Max(at, ReturnOf(k) - (long)((left + k + 0.5) / perTick));
        }
        return Math.Min(at, ReturnOf(0));
    }

    private int Limit => _times.Length;

    // Calls under way come back after those that have, and are taken to do so as if the last had been answered at once.
    private long ReturnOf(int place) => (place < _answered ? _times[(_first + place) % Limit] : _lastTaken) + length.Ticks;

    private void Expire(long now)
    {
        while (_answered > 0 && ReturnOf(0) <= now)
        {
            _first = (_first + 1) % Limit;
            _answered--;
        }
    }
}
