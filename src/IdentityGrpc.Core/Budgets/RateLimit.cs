namespace IdentityGrpc.Core.Budgets;

/// <summary>What the platform allows of one API to one app in one tenant (reference §6.4). Both limits hold at once.</summary>
/// <param name="PerSecond">Calls in any second, 1 to 10,000.</param>
/// <param name="PerMinute">Calls in any minute, 1 to 600,000. A tier without a limit per minute has 60 × <paramref name="PerSecond"/>.</param>
public sealed record RateLimit(int PerSecond, int PerMinute)
{
    /// <summary>Tier 4, which the APIs of identity have: 50 a second and 1,000 a minute.</summary>
    public static RateLimit Tier4 { get; } = new(50, 1_000);
}
