using IdentityGrpc.Redis.Changes;
using IdentityGrpc.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace IdentityGrpc.Redis.Tests.Changes;

/// <summary>The clock of Redis, told without asking it, and never ahead of it.</summary>
public class RedisClockTests
{
    private static readonly DateTimeOffset s_there = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly RedisOptions s_options = new();
    private readonly ManualTimeProvider _time = new();
    private readonly RedisClock _clock;

    public RedisClockTests() => _clock = new(_time, s_options, NullLogger<RedisClock>.Instance);

    [Fact]
    public void Now_NoSampleYet_IsThisMachinesWithAllowance() => Assert.Equal(_time.GetUtcNow() - RedisClock.Allowance, _clock.Now);

    [Fact]
    public void Now_AfterASample_IsWithinTheRoundTripAndNeverAhead()
    {
        Sample(s_there, out_: 3, back: 7);
        var truth = s_there + TimeSpan.FromMilliseconds(7);
        Assert.InRange(_clock.Now, truth - TimeSpan.FromMilliseconds(7), truth);
        Assert.InRange(_clock.Latest!.Value, truth, truth + TimeSpan.FromMilliseconds(3.1));
    }

    [Fact]
    public void Now_SlowSampleAfterAQuickOne_GoesOnWithTheQuickOne()
    {
        Sample(s_there, out_: 0, back: 0);
        _time.Advance(TimeSpan.FromSeconds(1));
        Sample(s_there + TimeSpan.FromMilliseconds(1_400), out_: 400, back: 400);
        Assert.InRange(_clock.Now, s_there + TimeSpan.FromMilliseconds(1_799), s_there + TimeSpan.FromMilliseconds(1_800));
    }

    [Fact]
    public void Now_RedisSilentForAnHour_LagsByTheDriftAtMost()
    {
        Sample(s_there, out_: 0, back: 0);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.InRange(_clock.Now, s_there + (TimeSpan.FromHours(1) * (1 - RedisClock.Drift)) - TimeSpan.FromMilliseconds(1), s_there + TimeSpan.FromHours(1));
    }

    [Fact]
    public void Now_ClockOfRedisSetAhead_IsFollowed()
    {
        Sample(s_there, out_: 0, back: 0);
        Sample(s_there + TimeSpan.FromMinutes(5), out_: 0, back: 0);
        Assert.Equal(s_there + TimeSpan.FromMinutes(5), _clock.Now);
        Assert.Equal(DateTimeOffset.MinValue, _clock.Overshot);
    }

    [Fact]
    public void Now_ClockOfRedisSetBack_IsFollowedAndWhatAnyReplicaTellsTooEarlyIsKnownUntilThen()
    {
        Sample(s_there, out_: 3, back: 0);
        Sample(s_there - TimeSpan.FromSeconds(10), out_: 0, back: 0);
        Assert.Equal(s_there - TimeSpan.FromSeconds(10), _clock.Now);
        // The others tell what this one would have told, and up to the time that its first sample was away from the truth more, until they have read the log.
        var others = s_there + TimeSpan.FromMilliseconds(3) + ChangeFollower.Interval + (2 * s_options.Timeout);
        Assert.InRange(_clock.Overshot, others, others + TimeSpan.FromMilliseconds(1));
        _time.Advance(TimeSpan.FromSeconds(10) + (others - s_there));
        Assert.NotEqual(DateTimeOffset.MinValue, _clock.Overshot);
        _time.Advance(TimeSpan.FromMilliseconds(10)); // by the drift
        Assert.Equal(DateTimeOffset.MinValue, _clock.Overshot);
    }

    [Fact]
    public void Now_ThisMachineFarAheadOfRedis_IsCorrectedAndKnown()
    {
        var told = _clock.Now;
        Sample(told - TimeSpan.FromMinutes(4), out_: 0, back: 0);
        Assert.Equal(told - TimeSpan.FromMinutes(4), _clock.Now);
        Assert.Equal(told, _clock.Overshot);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Now_AnyDelaysAndAnyDrift_IsNeverAheadNeverGoesBackAndStaysClose(int seed)
    {
        var random = new Random(seed);
        var local = _time.GetUtcNow();
        double speed = 1 + ((random.NextDouble() - 0.5) * 2 * RedisClock.Drift);
        DateTimeOffset Truth() => s_there + ((_time.GetUtcNow() - local) * speed);
        var last = DateTimeOffset.MinValue;
        for (int i = 0; i < 5_000; i++)
        {
            long sent = _time.GetTimestamp();
            _time.Advance(TimeSpan.FromMilliseconds(random.NextDouble() * 20));
            var read = Truth();
            _time.Advance(TimeSpan.FromMilliseconds(random.NextDouble() * 20));
            _clock.Sample(sent, _time.GetTimestamp(), read);
            _time.Advance(TimeSpan.FromMilliseconds(random.NextDouble() * 1_000));
            var now = _clock.Now;
            // A tick for rounding.
            Assert.InRange(now, last, Truth() + TimeSpan.FromTicks(1));
            Assert.True(_clock.Latest >= Truth() - TimeSpan.FromTicks(1));
            Assert.True(Truth() - now < TimeSpan.FromMilliseconds(25));
            last = now;
        }
    }

    private void Sample(DateTimeOffset read, int out_, int back)
    {
        long sent = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromMilliseconds(out_ + back));
        _clock.Sample(sent, _time.GetTimestamp(), read);
    }
}
