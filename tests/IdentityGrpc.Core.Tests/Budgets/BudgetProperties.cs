using FsCheck;
using FsCheck.Fluent;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Core.Tests.Budgets;

/// <summary>Whatever is asked in whatever order, no window is exceeded, nobody waits for ever, and nothing is granted during a pause.</summary>
public class BudgetProperties
{
    [Fact]
    public void TakeAsync_AnySchedule_KeepsEveryWindowAndAnswersEverybodyInTime() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(100),
            Prop.ForAll(ArbMap.Default.ArbFor<(byte Kind, byte A, byte B)[]>(), ArbMap.Default.ArbFor<(byte Second, byte Minute)>(),
                (steps, limit) => SingleThread.Run(() => RunAsync(steps, 1 + limit.Second % 12, 1 + limit.Minute % 60))));

    private static async Task RunAsync((byte Kind, byte A, byte B)[] steps, int perSecond, int perMinute)
    {
        var guard = TimeSpan.FromMilliseconds(25);
        using var rig = new BudgetRig(new() { Default = new(perSecond, perMinute), Guard = guard, QueueLimit = 50 });
        var grants = new List<TimeSpan>();
        var asked = new List<Task>();
        var cancels = new List<CancellationTokenSource>();
        var paused = TimeSpan.Zero;

        async Task TakeAsync(Priority priority, TimeSpan? within, CancellationTokenSource cancel)
        {
            var deadline = rig.Elapsed + within;
            var failure = await rig.TakeAsync(priority, within, cancel);
            Assert.True(deadline is null || rig.Elapsed <= deadline);
            if (failure is not null)
            {
                Assert.Equal(FailureReason.BudgetExhausted, failure.Reason);
                return;
            }
            Assert.True(rig.Elapsed >= paused, "A permit was granted during a pause.");
            grants.Add(rig.Elapsed);
        }

        foreach (var (kind, a, b) in steps)
        {
            switch (kind % 6)
            {
                case 0 or 1:
                    for (int i = 0; i <= a % 10; i++)
                    {
                        cancels.Add(new());
                        asked.Add(TakeAsync(b % 2 == 0 ? Priority.Interactive : Priority.Bulk, b % 3 == 0 ? TimeSpan.FromMilliseconds(b * 20) : null, cancels[^1]));
                    }
                    break;
                case 3 when cancels.Count > 0:
                    cancels[a % cancels.Count].Cancel();
                    break;
                case 4 when a % 8 == 0:
                    rig.Budget.Pause(BudgetRig.Key, TimeSpan.FromMilliseconds(b * 10));
                    if (rig.Elapsed + TimeSpan.FromMilliseconds(b * 10) is var until && until > paused) paused = until;
                    break;
                default:
                    await rig.Clock.AdvanceAsync(TimeSpan.FromMilliseconds(a * 7));
                    break;
            }
            await SingleThread.SettleAsync();
        }
        await rig.Clock.AdvanceUntilAsync(() => asked.TrueForAll(t => t.IsCompleted));
        foreach (var task in asked)
        {
            if (!task.IsCanceled) await task;
        }
        Assert.InRange(Windows.Most(grants, TimeSpan.FromSeconds(1) + guard), 0, perSecond);
        Assert.InRange(Windows.Most(grants, TimeSpan.FromMinutes(1) + guard), 0, perMinute);
        Assert.Equal(0, rig.Clock.ArmedTimers);
    }
}
