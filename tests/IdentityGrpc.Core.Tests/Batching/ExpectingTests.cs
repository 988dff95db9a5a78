using IdentityGrpc.Testing;
using static IdentityGrpc.Core.Tests.Batching.LookupRig;

namespace IdentityGrpc.Core.Tests.Batching;

/// <summary>While keys wait, the budget is told to expect the calls that they fill, whether or not one waits for its permit (design §5).</summary>
public class ExpectingTests
{
    [Fact]
    public void FindByContactAsync_MoreKeysThanMayBeUnderWay_CallsAreExpectedUntilTheLastLeaves() => SingleThread.Run(async () =>
    {
        using var rig = Holding();
        var all = rig.FindAsync((UnderWay + 2) * 50);
        for (int left = 2; left > 0; left--)
        {
            Assert.Equal(left, rig.Told.Expected);
            rig.Directory.Release();
            await SingleThread.SettleAsync();
        }
        Assert.Equal(0, rig.Told.Expected);
        rig.Directory.ReleaseAll();
        await all;
    });

    [Fact]
    public void FindByContactAsync_CancelledWhileKeysWait_NoCallsAreExpected() => SingleThread.Run(async () =>
    {
        using var rig = Holding();
        using var cancel = new CancellationTokenSource();
        var all = rig.FindAsync((UnderWay + 2) * 50, rig.Call(cancel: cancel));
        Assert.Equal(2, rig.Told.Expected);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => all);
        Assert.Equal(0, rig.Told.Expected);
        rig.Directory.ReleaseAll();
    });
}
