using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Budgets;

/// <summary>The second's and the minute's window of one API, app and tenant. Not thread-safe.</summary>
internal sealed class RateWindows(RateLimit limit, BudgetOptions options)
{
    private readonly SlidingWindow _second = new(limit.PerSecond, options.Second);
    private readonly SlidingWindow _minute = new(limit.PerMinute, options.Minute);
    private readonly LeastTime _least = new();

    // A minute that the second's limit alone cannot exhaust needs no sparing.
    private readonly bool _minuteBinds = limit.PerMinute < 60L * limit.PerSecond;

    private long _shareEnds = long.MaxValue;
    private WindowCounts _shareAfter;

    public bool IsEmpty(long now) => _minute.Used(now) == 0;

    /// <summary>How many calls they hold.</summary>
    public WindowCounts Used(long now) => new(_second.Used(now), _minute.Used(now));

    /// <summary>How many calls have not ended.</summary>
    public int UnderWay => _second.UnderWay;

    /// <summary>What of the limits is this replica's.</summary>
    public WindowCounts Share(long now)
    {
        EndShare(now);
        return new(_second.Share, _minute.Share);
    }

    /// <summary>Sets what of the limits is this replica's.</summary>
    /// <param name="share">From now on.</param>
    /// <param name="ends">When it ends.</param>
    /// <param name="after">The most that it is from then on.</param>
    public void SetShare(WindowCounts share, long ends, WindowCounts after)
    {
        (_second.Share, _minute.Share) = share;
        (_shareEnds, _shareAfter) = (ends, after);
    }

    /// <summary>Lowers the share of the second to so many calls, or to those that count.</summary>
    public void LowerShare(int second, long now) => _second.Share = Math.Max(_second.Used(now), Math.Min(_second.Share, second));

    /// <summary>The earliest time that the limits allow, when <paramref name="before"/> others go first; never too late.</summary>
    public long Earliest(long now, int before = 0) => Math.Max(_second.Earliest(now, before), _minute.Earliest(now, before));

    /// <summary>The time at which the next call may go.</summary>
    public long Opening(long now)
    {
        EndShare(now);
        return Math.Max(_second.Opening(now), _minute.Opening(now));
    }

    /// <summary>The time at which a call of that priority may go without taking what it leaves to others.</summary>
    public long Opening(long now, Priority priority)
    {
        EndShare(now);
        bool bulk = priority == Priority.Bulk;
        double minute = !_minuteBinds ? 0 : bulk ? options.LeftByBulk : options.LeftByInteractive;
        return Math.Max(_second.OpeningLeaving(bulk ? options.LeftByBulk : 0, now), _minute.OpeningLeaving(minute, now));
    }

    public void Take(long now)
    {
        _second.Take(now);
        _minute.Take(now);
    }

    /// <summary>
    /// A call has ended. No call is counted by the platform before the part of the least time that is the way there, and
    /// one that was answered was counted before the part that is the way back, at the latest.
    /// </summary>
    /// <param name="sentAt">When it was sent, where it has just been answered; null: it was not.</param>
    /// <param name="now">The time.</param>
    public void Return(long? sentAt, long now)
    {
        long latest = now;
        if (sentAt is { } sent)
        {
            _least.Add(now - sent, now);
            latest = Math.Max(sent, now - _least.Value);
        }
        _second.Return(latest);
        _minute.Return(latest);
    }

    private void EndShare(long now)
    {
        if (now < _shareEnds) return;
        _second.Share = Math.Min(_second.Share, _shareAfter.Second);
        _minute.Share = Math.Min(_minute.Share, _shareAfter.Minute);
        _shareEnds = long.MaxValue;
    }
}
