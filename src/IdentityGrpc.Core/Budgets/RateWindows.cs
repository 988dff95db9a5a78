using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Budgets;

/// <summary>The second's and the minute's window of one API, app and tenant. Not thread-safe.</summary>
internal sealed class RateWindows(RateLimit limit, BudgetOptions options)
{
    private readonly SlidingWindow _second = new(limit.PerSecond, TimeSpan.FromSeconds(1) + options.Guard);
    private readonly SlidingWindow _minute = new(limit.PerMinute, TimeSpan.FromMinutes(1) + options.Guard);

    // A minute that the second's limit alone cannot exhaust needs no sparing.
    private readonly bool _minuteBinds = limit.PerMinute < 60L * limit.PerSecond;

    public bool IsEmpty(long now) => _second.IsEmpty(now) && _minute.IsEmpty(now);

    /// <summary>The earliest time that the limits allow, when <paramref name="before"/> others go first.</summary>
    public long Earliest(long now, int before = 0) => Math.Max(_second.Earliest(now, before), _minute.Earliest(now, before));

    /// <summary>The earliest time at which a call of that priority goes without taking what it leaves to others.</summary>
    public long Earliest(long now, Priority priority)
    {
        bool bulk = priority == Priority.Bulk;
        double minute = !_minuteBinds ? 0 : bulk ? options.LeftByBulk : options.LeftByInteractive;
        return Math.Max(_second.EarliestLeaving(bulk ? options.LeftByBulk : 0, now), _minute.EarliestLeaving(minute, now));
    }

    public void Add(long now)
    {
        _second.Add(now);
        _minute.Add(now);
    }
}
