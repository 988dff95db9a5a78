namespace IdentityGrpc.Sandbox.Gateway;

/// <summary>
/// Windows of a second and a minute (U20): fixed ones by the clock, or sliding ones that look back from every call. A call that is
/// refused counts in neither. One lock, held for a few instructions.
/// </summary>
internal sealed class RateWindow
{
    private readonly Lock gate = new();
    private long second, minute;
    private int inSecond, inMinute;
    private SlidingWindow? slidingSecond, slidingMinute;

    /// <summary>Counts a call, or says which limit it met and after how many seconds that window has room.</summary>
    public bool TryTake(long nowMilliseconds, int perSecond, int perMinute, bool sliding, out int limit, out int resetSeconds)
    {
        lock (gate)
        {
            return sliding
                ? TryTakeSliding_NeedsLock(nowMilliseconds, perSecond, perMinute, out limit, out resetSeconds)
                : TryTakeFixed_NeedsLock(nowMilliseconds, perSecond, perMinute, out limit, out resetSeconds);
        }
    }

    private bool TryTakeFixed_NeedsLock(long nowMilliseconds, int perSecond, int perMinute, out int limit, out int resetSeconds)
    {
        var (thisSecond, thisMinute) = (nowMilliseconds / 1000, nowMilliseconds / 60_000);
        if (thisSecond != second)
        {
            (second, inSecond) = (thisSecond, 0);
        }

        if (thisMinute != minute)
        {
            (minute, inMinute) = (thisMinute, 0);
        }

        var minuteIsFull = perMinute > 0 && inMinute >= perMinute;
        if (minuteIsFull || (perSecond > 0 && inSecond >= perSecond))
        {
            limit = minuteIsFull ? perMinute : perSecond;
            resetSeconds = minuteIsFull ? 60 - (int)(thisSecond % 60) : 1;
            return false;
        }

        inSecond++;
        inMinute++;
        (limit, resetSeconds) = (0, 0);
        return true;
    }

    private bool TryTakeSliding_NeedsLock(long nowMilliseconds, int perSecond, int perMinute, out int limit, out int resetSeconds)
    {
        (limit, resetSeconds) = (0, 0);
        slidingSecond = SlidingWindow.For(slidingSecond, perSecond, 1000);
        slidingMinute = SlidingWindow.For(slidingMinute, perMinute, 60_000);
        foreach (var window in (ReadOnlySpan<SlidingWindow?>)[slidingMinute, slidingSecond])
        {
            if (window?.WaitMilliseconds(nowMilliseconds) is > 0 and var wait)
            {
                limit = window.Limit;
                resetSeconds = (int)((wait + 999) / 1000);
                return false;
            }
        }

        slidingSecond?.Count(nowMilliseconds);
        slidingMinute?.Count(nowMilliseconds);
        return true;
    }
}
