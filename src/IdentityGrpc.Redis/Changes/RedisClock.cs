using IdentityGrpc.Core.Changes;
using Microsoft.Extensions.Logging;

namespace IdentityGrpc.Redis.Changes;

/// <summary>
/// The clock of the Redis that holds the log of changes, told without asking it (design §6).
/// <list type="number">
/// <item>Each answer of Redis that says the time is a sample: Redis read its clock after the question was sent and before the answer
/// came. The sample gives a least and a greatest present for every later moment; both spread by <see cref="Drift"/>.</item>
/// <item>The present is the greatest of the least ones: the quickest answers decide, and the clock never goes back or ahead of the truth.</item>
/// <item>A sample that contradicts the known bounds shows that the clock of Redis was set. Set ahead, it is followed. Set back, it is
/// followed too, and <see cref="Overshot"/> says what this replica, or one that has not noticed yet, may tell too early: changes must end
/// no less than that, and no answer that was asked for before is shared.</item>
/// <item>Before the first sample it is this machine's clock less <see cref="Allowance"/>, so that stamps are right on the clock of Redis
/// too, unless this machine is further ahead than that. While Redis is away, the last samples go on.</item>
/// </list>
/// </summary>
/// <param name="time">This machine's clock.</param>
/// <param name="options">How long an answer of Redis is waited for.</param>
/// <param name="logger">Where it is said that a clock was set.</param>
public sealed class RedisClock(TimeProvider time, RedisOptions options, ILogger<RedisClock> logger) : ISharedClock
{
    /// <summary>By how much the clocks of two machines may differ before Redis was first heard of.</summary>
    public static readonly TimeSpan Allowance = TimeSpan.FromMinutes(1);

    /// <summary>By how much the clocks of two machines may move apart, as a part of the time that passes; NTP corrects by 0.05 % at most.</summary>
    public const double Drift = 0.0005;

    private static readonly TimeSpan s_tolerance = TimeSpan.FromMilliseconds(2);
    private readonly Lock _lock = new();

    // By when every other replica has noticed too, or follows the log no more: it has just read it, waits, and reads it again.
    private readonly TimeSpan _noticed = ChangeFollower.Interval + (2 * options.Timeout);
    private Bounds? _bounds;
    private long _overshot;

    /// <inheritdoc/>
    public DateTimeOffset Now => Volatile.Read(ref _bounds) is { } bounds ? At(bounds.Least(time)) : time.GetUtcNow() - Allowance;

    /// <summary>The present, never earlier than it really is on the clock of Redis; null: not known.</summary>
    internal DateTimeOffset? Latest => Volatile.Read(ref _bounds) is { } bounds ? At(bounds.Greatest(time)) : null;

    /// <summary>
    /// The greatest present that any replica may have told, where that lies ahead of the true one since the clock was set back;
    /// <see cref="DateTimeOffset.MinValue"/>: none.
    /// </summary>
    internal DateTimeOffset Overshot => At(Volatile.Read(ref _overshot)) is var told && told > Now ? told : DateTimeOffset.MinValue;

    /// <summary>Takes a sample.</summary>
    /// <param name="sent">When Redis was asked, as <see cref="TimeProvider.GetTimestamp"/> tells it.</param>
    /// <param name="received">When it had answered.</param>
    /// <param name="read">What its clock showed in between.</param>
    internal void Sample(long sent, long received, DateTimeOffset read)
    {
        lock (_lock)
        {
            var told = Now;
            var sample = new Bounds(received, read.UtcTicks, sent, read.UtcTicks);
            if (_bounds is not { } known)
            {
                _bounds = sample;
                if (told > Now) SetBack_NeedsLock(told, told);
                return;
            }
            long least = sample.Least(time), greatest = sample.Greatest(time);
            long knownLeast = known.Least(time), knownGreatest = known.Greatest(time);
            if (greatest < knownLeast - s_tolerance.Ticks)
            {
                _bounds = sample;
                SetBack_NeedsLock(told, At(knownGreatest) + _noticed);
            }
            else if (least > knownGreatest + s_tolerance.Ticks)
            {
                _bounds = sample;
                logger.ClockSetAhead(TimeSpan.FromTicks(least - knownGreatest));
            }
            else
            {
                var (low, high) = (least > knownLeast ? sample : known, greatest < knownGreatest ? sample : known);
                _bounds = new(low.LeastFrom, low.LeastTicks, high.GreatestFrom, high.GreatestTicks);
            }
        }
    }

    private void SetBack_NeedsLock(DateTimeOffset told, DateTimeOffset overshot)
    {
        if (overshot.UtcTicks > _overshot) Volatile.Write(ref _overshot, overshot.UtcTicks);
        logger.ClockSetBack(told - Now);
    }

    private static DateTimeOffset At(long ticks) => new(ticks, TimeSpan.Zero);

    /// <summary>The least present, counted from one moment, and the greatest, counted from another.</summary>
    private sealed record Bounds(long LeastFrom, long LeastTicks, long GreatestFrom, long GreatestTicks)
    {
        public long Least(TimeProvider time) => LeastTicks + (long)(time.GetElapsedTime(LeastFrom).Ticks * (1 - Drift));

        public long Greatest(TimeProvider time) => GreatestTicks + (long)(time.GetElapsedTime(GreatestFrom).Ticks * (1 + Drift));
    }
}
