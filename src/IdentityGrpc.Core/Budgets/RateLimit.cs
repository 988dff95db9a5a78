using System.Globalization;

namespace IdentityGrpc.Core.Budgets;

/// <summary>What the platform allows of one API to one app in one tenant (reference §6.4). Both limits hold at once.</summary>
/// <param name="PerSecond">Calls in any second, 1 to 10,000.</param>
/// <param name="PerMinute">Calls in any minute, 1 to 600,000. A tier without a limit per minute has 60 × <paramref name="PerSecond"/>.</param>
public sealed record RateLimit(int PerSecond, int PerMinute)
{
    /// <summary>The greatest limits that can be kept to.</summary>
    public static RateLimit Greatest { get; } = new(10_000, 600_000);

    /// <summary>Tier 4, which the APIs of identity have: 50 a second and 1,000 a minute.</summary>
    public static RateLimit Tier4 { get; } = new(50, 1_000);

    /// <summary>What is wrong with the limit, one sentence each; empty where nothing is.</summary>
    public IEnumerable<string> Problems()
    {
        if (PerSecond < 1 || PerSecond > Greatest.PerSecond) yield return $"PerSecond must be 1 to {Greatest.PerSecond.ToString("N0", CultureInfo.InvariantCulture)}.";
        if (PerMinute < 1 || PerMinute > Greatest.PerMinute) yield return $"PerMinute must be 1 to {Greatest.PerMinute.ToString("N0", CultureInfo.InvariantCulture)}.";
    }
}
