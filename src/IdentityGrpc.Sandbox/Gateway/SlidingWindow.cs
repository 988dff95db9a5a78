namespace IdentityGrpc.Sandbox.Gateway;

/// <summary>The times of the last calls, as many as the limit: a call has room when the oldest of them has left the window.</summary>
internal sealed class SlidingWindow(int limit, int lengthMilliseconds)
{
    // A limit beyond this is remembered by its newest part only; nobody means to meet it.
    private const int MostRemembered = 1_000_000;
    private readonly long[] times = Filled(Math.Min(limit, MostRemembered));
    private int next;

    public int Limit => limit;

    /// <summary>The window for a limit, the present one where the limit is the same; null without a limit.</summary>
    public static SlidingWindow? For(SlidingWindow? present, int limit, int lengthMilliseconds) =>
        limit == 0 ? null : present?.Limit == limit ? present : new SlidingWindow(limit, lengthMilliseconds);

    /// <summary>How long until there is room; not above zero when there is.</summary>
    public long WaitMilliseconds(long now) => times[next] + lengthMilliseconds - now;

    public void Count(long now)
    {
        times[next] = now;
        next = (next + 1) % times.Length;
    }

    private static long[] Filled(int length)
    {
        var times = new long[length];
        Array.Fill(times, long.MinValue / 2);
        return times;
    }
}
