using IdentityGrpc.Core.Budgets;
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

    // The calls of a first burst wait for each other on their way there; what the first of them took is no measure of those after them.
    [Fact]
    public void TakeAsync_QuickCallsAfterASlowBurst_PlatformNeverCountsMoreThanTheLimit()
    {
        using var rig = new BudgetRig(new() { Default = new(100, 6_000) });
        var (ms, counted, underWay) = (TimeSpan.FromMilliseconds(1), new List<TimeSpan>(), new Queue<(Permit Permit, TimeSpan Answered)>());
        while (rig.Elapsed < TimeSpan.FromSeconds(5))
        {
            while (underWay.TryPeek(out var first) && first.Answered <= rig.Elapsed) underWay.Dequeue().Permit.Answered();
            while (rig.Budget.TakeAsync(BudgetRig.Key, new(Priority.Interactive, rig.Clock.GetUtcNow() + ms, "caller", default)).AsTask() is { IsCompletedSuccessfully: true, Result.Value: { } permit })
            {
                permit.Sent();
                counted.Add(rig.Elapsed + (counted.Count < 50 ? 20 : counted.Count < 100 ? 60 : 1) * ms);
                underWay.Enqueue((permit, counted[^1] + ms));
            }
            rig.Clock.Advance(ms);
        }
        Assert.Equal(100, Windows.Most(counted, s_second));
    }

    [Fact]
    public async Task TakeAsync_CallThatWaitsToBeSent_CountsFromTheWireOn()
    {
        using var rig = new BudgetRig(new() { Default = new(100, 6_000), Guard = TimeSpan.Zero });
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 50; i++) await CallAsync(TimeSpan.FromMilliseconds(5));
            rig.Clock.Advance(s_second);
        }
        for (int i = 0; i < 99; i++) Assert.Null(await rig.TakeAsync());
        await CallAsync(TimeSpan.FromMilliseconds(25)); // 20 ms later on its way than others: it counts so much longer
        rig.Clock.Advance(TimeSpan.FromMilliseconds(975));
        Assert.Equal(99, rig.TakeAll());
        rig.Clock.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Equal(1, rig.TakeAll());

        async Task CallAsync(TimeSpan way)
        {
            var permit = (await rig.AskAsync()).Value!;
            permit.Sent();
            rig.Clock.Advance(way);
            permit.Answered();
        }
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
