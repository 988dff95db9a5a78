namespace IdentityGrpc.Sandbox.Gateway;

/// <summary>What one app in one tenant did with one API: its rate windows and the figures of <c>GET /sandbox/v1/stats</c>.</summary>
internal sealed class ApiMeter
{
    private long calls, keys, throttled, faults;

    public RateWindow Window { get; } = new();

    public ApiCounts Counts => new(Interlocked.Read(ref calls), Interlocked.Read(ref keys), Interlocked.Read(ref throttled), Interlocked.Read(ref faults));

    public void CountCall() => Interlocked.Increment(ref calls);

    public void CountKeys(int count) => Interlocked.Add(ref keys, count);

    public void CountThrottled() => Interlocked.Increment(ref throttled);

    public void CountFault() => Interlocked.Increment(ref faults);

    public void Reset()
    {
        Interlocked.Exchange(ref calls, 0);
        Interlocked.Exchange(ref keys, 0);
        Interlocked.Exchange(ref throttled, 0);
        Interlocked.Exchange(ref faults, 0);
    }
}

/// <summary>Calls that came with a good token, keys they carried, calls answered 429, and faults given on purpose.</summary>
internal readonly record struct ApiCounts(long Calls, long Keys, long Throttled, long Faults);
