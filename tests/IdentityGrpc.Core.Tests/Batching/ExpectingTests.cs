using IdentityGrpc.Testing;
using static IdentityGrpc.Core.Tests.Batching.LookupRig;

namespace IdentityGrpc.Core.Tests.Batching;

/// <summary>While keys wait, the budget is told to expect calls, whether or not one waits for its permit (design §5).</summary>
public class ExpectingTests
{
    private const int UnderWay = 2;

    [Fact]
    public void FindByContactAsync_MoreKeysThanMayBeUnderWay_CallsAreExpectedUntilTheLastLeaves() => SingleThread.Run(async () =>
    {
        using var rig = Holding();
        var all = rig.FindAsync((UnderWay + 2) * 50);
        for (int left = 2; left > 0; left--)
        {
            Assert.Equal(1, rig.Told.Expecting);
            rig.Directory.Release();
            await SingleThread.SettleAsync();
        }
        Assert.Equal(0, rig.Told.Expecting);
        rig.Directory.ReleaseAll();
        await all;
    });

    [Fact]
    public void FindByContactAsync_CancelledWhileKeysWait_NoCallsAreExpected() => SingleThread.Run(async () =>
    {
        using var rig = Holding();
        using var cancel = new CancellationTokenSource();
        var all = rig.FindAsync((UnderWay + 2) * 50, rig.Call(cancel: cancel));
        Assert.Equal(1, rig.Told.Expecting);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => all);
        Assert.Equal(0, rig.Told.Expecting);
        rig.Directory.ReleaseAll();
    });
}
