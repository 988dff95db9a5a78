namespace IdentityGrpc.Core.Budgets;

/// <summary>The most calls that counted at once in the last one to two seconds, of those times that were looked at. Not thread-safe.</summary>
internal sealed class PeakUse
{
    private static readonly long s_period = TimeSpan.FromSeconds(1).Ticks;

    private WindowCounts _before, _peak;
    private long _since = long.MinValue / 2;

    /// <summary>The peak, with what counts now.</summary>
    public WindowCounts With(WindowCounts used, long now)
    {
        if (now - _since >= s_period)
        {
            _before = now - _since < 2 * s_period ? _peak : default;
            (_peak, _since) = (default, now);
        }
        _peak = _peak.AtLeast(used);
        return _peak.AtLeast(_before);
    }
}
