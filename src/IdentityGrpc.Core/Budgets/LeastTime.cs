namespace IdentityGrpc.Core.Budgets;

/// <summary>
/// The shortest time that a call took of late, from the wire to its answer: what all calls take, so that whatever one took
/// beyond it tells how much later than others the platform may have counted it. Not thread-safe.
/// </summary>
internal sealed class LeastTime
{
    // A few slow calls are no measure, nor are those of one burst, which wait for each other on their way: until there are
    // more, no time is taken to be common to all.
    private const int Enough = 50;

    private static readonly long s_settled = TimeSpan.FromSeconds(1).Ticks, s_period = TimeSpan.FromMinutes(10).Ticks;

    private long _since = long.MinValue, _least = long.MaxValue, _leastBefore = long.MaxValue;
    private int _seen;
    private bool _isSettled;

    /// <summary>The time, in ticks; zero where too little is known.</summary>
    public long Value => _isSettled || _leastBefore < long.MaxValue ? Math.Min(_least, _leastBefore) : 0;

    /// <summary>Adds what a call took that was answered now.</summary>
    public void Add(long took, long now)
    {
        if (now - s_period >= _since)
        {
            // What is older than two periods is another network.
            _leastBefore = now - 2 * s_period < _since && _isSettled ? _least : long.MaxValue;
            (_since, _least, _seen, _isSettled) = (now, long.MaxValue, 0, false);
        }
        _least = Math.Min(_least, took);
        _isSettled = ++_seen >= Enough && now - _since >= s_settled;
    }
}
