namespace IdentityGrpc.Core.Budgets;

/// <summary>
/// The shortest time that a call took of late, from its permit to its answer: what all calls take, so that whatever
/// one took beyond it tells how much later than others the platform may have counted it. Not thread-safe.
/// </summary>
internal sealed class LeastTime
{
    // A few slow calls are no measure; until there are more, no time is taken to be common to all.
    private const int Enough = 50;

    private static readonly long s_period = TimeSpan.FromMinutes(2).Ticks;

    private long _since = long.MinValue, _least = long.MaxValue, _leastBefore = long.MaxValue;
    private int _seen;

    /// <summary>The time, in ticks; zero where too little is known.</summary>
    public long Value => _seen < Enough ? _leastBefore < long.MaxValue ? Math.Min(_least, _leastBefore) : 0 : Math.Min(_least, _leastBefore);

    /// <summary>Adds what a call took that was answered now.</summary>
    public void Add(long took, long now)
    {
        if (now - s_period >= _since)
        {
            // What is older than two periods is another network.
            _leastBefore = now - 2 * s_period < _since && _seen >= Enough ? _least : long.MaxValue;
            (_since, _least, _seen) = (now, long.MaxValue, 0);
        }
        _least = Math.Min(_least, took);
        _seen++;
    }
}
