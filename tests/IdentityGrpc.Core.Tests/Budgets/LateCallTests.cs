using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Tests.Budgets;

/// <summary>Calls that are long or unevenly on their way never make the platform count more than the limit.</summary>
public class LateCallTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1), s_step = TimeSpan.FromMilliseconds(1);

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 50)]
    [InlineData(3, 300)]
    [InlineData(4, 3_000)]
    public void TakeAsync_CallsComeLate_PlatformNeverCountsMoreThanTheLimit(int seed, int mostDelayMs)
    {
        var (platform, _) = Run(seed, way: 20, mostDelayMs, TimeSpan.FromSeconds(60));
        Assert.InRange(Windows.Most(platform.Counted, s_second), 40, 50);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public void TakeAsync_EvenLatencyHoweverLong_SpendsTheSecond(int way)
    {
        var (platform, rig) = Run(1, way, mostDelayMs: 0, TimeSpan.FromSeconds(60));
        Assert.InRange(Windows.Within(platform.Counted, rig.Elapsed - TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(20)), 0.97 * 20 * 50, 20 * 50);
    }

    [Fact]
    public async Task TakeAsync_CallUnderWay_CountsUntilAWindowAfterItsAnswer()
    {
        using var rig = new BudgetRig(new() { Default = new(1, 60), Guard = TimeSpan.Zero });
        var permit = (await rig.AskAsync()).Value!;
        var next = rig.AskAsync();
        rig.Clock.Advance(TimeSpan.FromSeconds(10));
        permit.Dispose();
        permit.Dispose(); // once is enough, and twice does no harm
        rig.Clock.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(next.IsCompleted);
        rig.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True((await next).Succeeded);
    }

    private static (SlowPlatform Platform, BudgetRig Rig) Run(int seed, int way, int mostDelayMs, TimeSpan time)
    {
        var rig = new BudgetRig(new() { Default = new(50, 3_000) });
        var platform = new SlowPlatform(new Random(seed), TimeSpan.FromMilliseconds(way), TimeSpan.FromMilliseconds(mostDelayMs));
        var deadline = new CallContext(Priority.Interactive, rig.Clock.GetUtcNow(), "caller", default);
        while (rig.Elapsed < time)
        {
            platform.Answer(rig.Elapsed);
            while (rig.Budget.TakeAsync(BudgetRig.Key, deadline with { Deadline = rig.Clock.GetUtcNow() + TimeSpan.FromTicks(1) }).AsTask() is { IsCompletedSuccessfully: true, Result.Value: { } permit })
            {
                platform.Send(permit, rig.Elapsed);
            }
            rig.Clock.Advance(s_step);
        }
        return (platform, rig);
    }
}
