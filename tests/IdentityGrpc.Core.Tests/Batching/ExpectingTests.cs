using IdentityGrpc.Core.Batching;
using IdentityGrpc.Core.Directory;
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
        using var rig = NewRig();
        var all = Ask(rig, (UnderWay + 2) * 50, rig.Call());
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
        using var rig = NewRig();
        using var cancel = new CancellationTokenSource();
        var all = Ask(rig, (UnderWay + 2) * 50, rig.Call(cancel: cancel));
        Assert.Equal(1, rig.Told.Expecting);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => all);
        Assert.Equal(0, rig.Told.Expecting);
        rig.Directory.ReleaseAll();
    });

    [Fact]
    public async Task FindByContactAsync_ManyThreads_NoCallsAreExpectedInTheEnd()
    {
        using var rig = new LookupRig(new() { CallsInFlight = UnderWay }, time: TimeProvider.System);
        var call = new CallContext(Priority.Interactive, null, "caller", TestContext.Current.CancellationToken);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(t => Task.Run(async () =>
        {
            for (int round = 0; round < 50; round++)
            {
                await rig.Lookup.FindByContactAsync(Contacts, [.. Enumerable.Range(0, 60).Select(i => Email($"t{t}.{round}.{i}"))], null, call);
            }
        }, call.Cancellation)));
        await UntilAsync(() => rig.Told.Expecting == 0);
    }

    private static LookupRig NewRig()
    {
        var rig = new LookupRig(new() { CallsInFlight = UnderWay });
        rig.Directory.Holds = true;
        return rig;
    }

    private static Task<Answer<ContactRow>[]> Ask(LookupRig rig, int keys, CallContext call) =>
        rig.Lookup.FindByContactAsync(Contacts, [.. Enumerable.Range(0, keys).Select(i => Email($"e{i}"))], null, call);
}
