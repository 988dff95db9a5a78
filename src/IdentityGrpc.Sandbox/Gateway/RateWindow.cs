namespace IdentityGrpc.Sandbox.Gateway;

/// <summary>
/// Fixed windows of a second and a minute by the clock (U20); a call that is refused counts in neither. One lock, held for a
/// few instructions.
/// </summary>
internal sealed class RateWindow
{
    private readonly Lock gate = new();
    private long second, minute;
    private int inSecond, inMinute;

    /// <summary>Counts a call, or says which limit it met and after how many seconds that window ends.</summary>
    public bool TryTake(long nowMilliseconds, int perSecond, int perMinute, out int limit, out int resetSeconds)
    {
        var (thisSecond, thisMinute) = (nowMilliseconds / 1000, nowMilliseconds / 60_000);
        lock (gate)
        {
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
    }
}
