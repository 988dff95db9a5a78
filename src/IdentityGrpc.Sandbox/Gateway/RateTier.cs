using IdentityGrpc.Sandbox.Apps;

namespace IdentityGrpc.Sandbox.Gateway;

/// <summary>A published rate tier (reference §6.4): the most calls in a second and in a minute; zero is no limit.</summary>
internal sealed record RateTier(int PerSecond, int PerMinute)
{
    public static readonly RateTier
        One = new(0, 10),
        Four = new(50, 1000),
        Six = new(5, 0),
        Eight = new(20, 0),
        Nine = new(50, 0),
        None = new(0, 0);

    /// <summary>
    /// The limits for an app: tier 4 is the app's own setting, and what the platform does not publish counts as tier 4. The other
    /// tiers stay, unless the app's limits are raised above tier 4: then they grow in proportion.
    /// </summary>
    public RateTier For(AppLimits app) => this == Four ? new(app.PerSecond, app.PerMinute) : new(
        Scale(PerSecond, app.PerSecond, AppLimits.Tier4.PerSecond),
        Scale(PerMinute, app.PerMinute, AppLimits.Tier4.PerMinute));

    private static int Scale(int limit, int now, int standard) => (int)Math.Max(limit, Math.Min(int.MaxValue, (long)limit * now / standard));
}
