namespace IdentityGrpc.Core.Budgets;

/// <summary>The month by which the platform renews a tenant's quota (99991403): on the first, by Beijing's clock (UTC+8).</summary>
public static class QuotaMonth
{
    private static readonly TimeSpan s_beijing = TimeSpan.FromHours(8);

    /// <summary>When the quota is renewed next.</summary>
    public static DateTimeOffset NextAfter(DateTimeOffset now)
    {
        var there = now.ToOffset(s_beijing);
        return new DateTimeOffset(there.Year, there.Month, 1, 0, 0, 0, s_beijing).AddMonths(1);
    }
}
