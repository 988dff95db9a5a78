namespace IdentityGrpc.Sandbox.Gateway;

/// <summary>
/// The faults in force, in the order in which they were set. A call gets all latencies that are for it, and the first fault of
/// another kind.
/// </summary>
internal sealed class FaultBook(int seed)
{
    private const int Most = 1000;
    private readonly Lock gate = new();
    private readonly Random random = new(seed);
    private volatile Fault[] faults = [];

    public IReadOnlyList<Fault> Current => faults;

    /// <summary>Adds a fault; false when there are too many already.</summary>
    public bool TryAdd(Fault fault)
    {
        lock (gate)
        {
            Fault[] live = [.. faults.Where(known => known.Times != 0)];
            faults = live.Length < Most ? [.. live, fault] : live;
            return live.Length < Most;
        }
    }

    public void Clear() => faults = [];

    /// <summary>What happens to this call; null, nearly always, when nothing does.</summary>
    public FaultPlan? Draw(string api, string? app)
    {
        var current = faults;
        FaultPlan? plan = null;
        foreach (var fault in current)
        {
            if (!fault.IsFor(api, app) || !Happens(fault.Probability) || (fault.Kind != FaultKind.Latency && plan?.Fault is not null) || !fault.TryTake())
            {
                continue;
            }

            plan ??= new();
            if (fault.Kind == FaultKind.Latency)
            {
                plan.Latency += TimeSpan.FromMilliseconds(fault.LatencyMs);
            }
            else
            {
                plan.Fault = fault;
            }
        }

        return plan;
    }

    private bool Happens(double probability)
    {
        if (probability >= 1)
        {
            return true;
        }

        lock (gate)
        {
            return random.NextDouble() < probability;
        }
    }
}

/// <summary>The faults of one call.</summary>
internal sealed class FaultPlan
{
    public TimeSpan Latency { get; set; }

    public Fault? Fault { get; set; }
}
