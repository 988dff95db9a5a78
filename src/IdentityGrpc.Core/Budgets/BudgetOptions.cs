namespace IdentityGrpc.Core.Budgets;

/// <summary>How the platform's rate limits are spent (design §5).</summary>
public sealed record BudgetOptions
{
    /// <summary>The limit of an API that <see cref="Limits"/> does not name.</summary>
    /// <value>The default value is 50 calls a second and 1,000 a minute (tier 4, reference §6.4).</value>
    public RateLimit Default { get; init; } = RateLimit.Tier4;

    /// <summary>Limits of apps and APIs that differ: other tiers, or what the platform granted to an app.</summary>
    /// <value>The default value is none.</value>
    public IReadOnlyList<LimitOverride> Limits { get; init; } = [];

    /// <summary>
    /// By how much each window is lengthened: for the grain of the platform's clock (4 ms where it is a coarse one), and for a call that is there sooner
    /// than any of the last ten minutes. How long calls are on their way otherwise is measured, and needs no guard. Costs its
    /// share of a second's limit: 5 ms is half a percent.
    /// </summary>
    /// <value>The default value is 5 ms; 0 to 1 s. Over 50 ms less than 95 % of the second's limit is spent.</value>
    public TimeSpan Guard { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>The part of the permits that bulk calls get while interactive ones want them all.</summary>
    /// <value>The default value is 0.2; 0.01 to 0.9.</value>
    public double BulkShare { get; init; } = 0.2;

    /// <summary>
    /// The part of the limit's pace that bulk calls leave to interactive ones at every moment: where permits come
    /// back only after a while, bulk calls stop short of the last ones and take them at this pace. What nobody
    /// wanted is spent by the time the next permit comes back, so that nothing is lost.
    /// </summary>
    /// <value>The default value is 0.5; 0 (bulk calls take what there is) to 0.9.</value>
    public double LeftByBulk { get; init; } = 0.5;

    /// <summary>
    /// The same for interactive calls and the minute only: a burst of them slows down before the minute is spent,
    /// instead of leaving everybody without a call for the rest of it.
    /// </summary>
    /// <value>The default value is 0.1; 0 to 0.9.</value>
    public double LeftByInteractive { get; init; } = 0.1;

    /// <summary>How many may wait for a permit of one API, app and tenant, for each priority; more are refused at once.</summary>
    /// <value>The default value is 1,000; 1 to 100,000.</value>
    public int QueueLimit { get; init; } = 1_000;

    /// <summary>The longest pause that a throttled call imposes, whatever the platform says.</summary>
    /// <value>The default value is 5 minutes; 1 s to 1 hour.</value>
    public TimeSpan MaxPause { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How many replicas share the limits while Redis is lost and no heartbeat has ever told their number: each spends
    /// its part. Without Redis every process spends all of it, whatever stands here.
    /// </summary>
    /// <value>The default value is 1; 1 to 1,000.</value>
    public int Replicas { get; init; } = 1;

    internal TimeSpan Second => TimeSpan.FromSeconds(1) + Guard;

    internal TimeSpan Minute => TimeSpan.FromMinutes(1) + Guard;

    /// <summary>What is wrong with the options, one sentence each; empty where nothing is.</summary>
    public IEnumerable<string> Problems()
    {
        if (Guard < TimeSpan.Zero || Guard > TimeSpan.FromSeconds(1)) yield return "Guard must be 0 to 1 s.";
        if (BulkShare is not (>= 0.01 and <= 0.9)) yield return "BulkShare must be 0.01 to 0.9.";
        if (LeftByBulk is not (>= 0 and <= 0.9)) yield return "LeftByBulk must be 0 to 0.9.";
        if (LeftByInteractive is not (>= 0 and <= 0.9)) yield return "LeftByInteractive must be 0 to 0.9.";
        if (QueueLimit is not (>= 1 and <= 100_000)) yield return "QueueLimit must be 1 to 100,000.";
        if (MaxPause < TimeSpan.FromSeconds(1) || MaxPause > TimeSpan.FromHours(1)) yield return "MaxPause must be 1 s to 1 hour.";
        if (Replicas is not (>= 1 and <= 1_000)) yield return "Replicas must be 1 to 1,000.";
        foreach (var limit in Limits.Select(l => l.Limit).Prepend(Default))
        {
            foreach (string problem in limit.Problems()) yield return problem;
        }
    }

    internal RateLimit LimitOf(BudgetKey key) =>
        (Limits.FirstOrDefault(l => l.App == key.Scope.App && l.Api == key.Api)
            ?? Limits.FirstOrDefault(l => l.App == key.Scope.App && l.Api is null)
            ?? Limits.FirstOrDefault(l => l.App is null && l.Api == key.Api))?.Limit ?? Default;
}
