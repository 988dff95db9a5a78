namespace IdentityGrpc.Sandbox.Gateway;

/// <summary>What a fault does to an answer.</summary>
internal enum FaultKind
{
    /// <summary>The answer comes late. The data in it was read before the wait, as if the network were slow.</summary>
    Latency,

    /// <summary>An HTTP status, such as 500, 503 or 429, with a JSON body.</summary>
    Status,

    /// <summary>A code of the platform, with its usual status unless another is given.</summary>
    Code,

    /// <summary>The connection is reset, before the headers or within the body.</summary>
    Reset,

    /// <summary>A complete HTTP answer whose JSON ends in the middle.</summary>
    Truncate,

    /// <summary>A body that is not the JSON it claims to be: broken JSON, an HTML page, nothing.</summary>
    Malformed,

    /// <summary>The answer comes a few bytes at a time.</summary>
    Drip,

    /// <summary>No answer; the connection stays open until the caller gives up or the time given has passed.</summary>
    Silence,
}

/// <summary>A fault as <c>PUT /sandbox/v1/faults</c> sets it (design §9).</summary>
internal sealed class Fault
{
    private int left;

    public string? Api { get; init; }

    public string? App { get; init; }

    public FaultKind Kind { get; init; }

    /// <summary>Milliseconds: how late, how long between two pieces of a drip, how long silent (0 is for ever).</summary>
    public int LatencyMs { get; init; }

    public int? Status { get; init; }

    public int? Code { get; init; }

    public int? ResetSeconds { get; init; }

    /// <summary>For resets: within the body instead of before the headers.</summary>
    public bool InBody { get; init; }

    /// <summary>For malformed answers: <c>json</c>, <c>html</c> or <c>empty</c>.</summary>
    public string Body { get; init; } = "json";

    /// <summary>The share of calls that get the fault, above 0 to 1.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>How often the fault is given; null is always.</summary>
    public int? Times
    {
        get => left < 0 ? null : left;
        init => left = value ?? -1;
    }

    public bool IsFor(string api, string? app) => (Api is null || Api == api) && (App is null || App == app);

    /// <summary>Uses the fault up by one, or tells that it is used up.</summary>
    public bool TryTake()
    {
        while (true)
        {
            var now = Volatile.Read(ref left);
            if (now == 0)
            {
                return false;
            }

            if (now < 0 || Interlocked.CompareExchange(ref left, now - 1, now) == now)
            {
                return true;
            }
        }
    }
}
