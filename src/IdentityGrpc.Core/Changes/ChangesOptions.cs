namespace IdentityGrpc.Core.Changes;

/// <summary>How changes are kept and told (design §8). Configuration <c>IdentityGrpc:Changes</c>.</summary>
public sealed record ChangesOptions
{
    /// <summary>How many changes the log of a service without Redis holds, at about 1 KB each. Who watches and falls further behind is told of a gap.</summary>
    /// <value>The default value is 20,000; 100 to 1,000,000.</value>
    public int Kept { get; init; } = 20_000;

    /// <summary>How long <c>WatchIdentityChanges</c> is silent at most: then a message without a change tells the cursor, and that the stream lives.</summary>
    /// <value>The default value is 30 seconds; 1 second to 10 minutes.</value>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many callers may watch at a time; more are refused with RESOURCE_EXHAUSTED.</summary>
    /// <value>The default value is 1,000; 1 to 100,000.</value>
    public int MaxWatchers { get; init; } = 1_000;

    /// <summary>What is wrong with the options, one sentence each; empty where nothing is.</summary>
    public IEnumerable<string> Problems()
    {
        if (Kept is < 100 or > 1_000_000) yield return "Kept must be 100 to 1,000,000.";
        if (Heartbeat < TimeSpan.FromSeconds(1) || Heartbeat > TimeSpan.FromMinutes(10)) yield return "Heartbeat must be 1 second to 10 minutes.";
        if (MaxWatchers is < 1 or > 100_000) yield return "MaxWatchers must be 1 to 100,000.";
    }
}
