using IdentityGrpc.Core.Members;

namespace IdentityGrpc.Core.Tests.Members;

public class FairWalksTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // One caller's many walks weigh as much as another's single one, and each walk of a caller as much as the others.
    [Fact]
    public async Task Turns_GoRoundTheCallersAndTheirWalks()
    {
        var turns = new WalkTurns(new() { CallsAtOnce = 1 });
        var running = await turns.TakeAsync(WalkRig.Scope, "x", "x", Stop);
        var order = new List<string>();
        var asked = new List<Task>();
        foreach (string walk in (string[])["a1", "a1", "a2", "a2", "b1", "b1"]) asked.Add(TakeAsync(walk));
        running.Dispose();
        await Task.WhenAll(asked);
        Assert.Equal(["a1", "b1", "a2", "b1", "a1", "a2"], order);
        Assert.Equal(0, turns.Count);

        async Task TakeAsync(string walk)
        {
            using var turn = await turns.TakeAsync(WalkRig.Scope, walk[..1], walk, Stop);
            lock (order) order.Add(walk);
        }
    }

    [Fact]
    public async Task Turns_Hammered_NeverExceedTheirNumberAndLoseNone()
    {
        var turns = new WalkTurns(new() { CallsAtOnce = 4 });
        int running = 0, most = 0, cancelled = 0, done = 0;
        await Task.WhenAll(Enumerable.Range(0, 32).Select(walk => Task.Run(async () =>
        {
            var random = new Random(walk);
            for (int i = 0; i < 500; i++)
            {
                using var cancel = new CancellationTokenSource();
                var taking = turns.TakeAsync(WalkRig.Scope, $"{walk % 5}", walk, cancel.Token).AsTask();
                if (random.Next(4) == 0) await cancel.CancelAsync();
                try
                {
                    using var turn = await taking;
                    int now = Interlocked.Increment(ref running);
                    lock (turns) most = Math.Max(most, now);
                    if (random.Next(2) == 0) await Task.Yield();
                    Interlocked.Decrement(ref running);
                    Interlocked.Increment(ref done);
                }
                catch (OperationCanceledException)
                {
                    Interlocked.Increment(ref cancelled);
                }
            }
        }, Stop)));
        Assert.Equal(32 * 500, done + cancelled);
        Assert.InRange(most, 1, 4);
        Assert.Equal(0, turns.Count);
    }

    [Fact]
    public async Task Window_HoldsPagesBackAndLetsTheHeadPass()
    {
        var window = new PageWindow(() => 2);
        PagePlace first = new(0), second = new(1), third = new(2);
        await window.EnterAsync(second, Stop);
        await window.EnterAsync(third, Stop);
        var more = window.EnterAsync(third, Stop);
        await window.EnterAsync(first, Stop); // the head, past the bound
        var moreOfHead = window.EnterAsync(first, Stop);
        Assert.False(more.IsCompleted || moreOfHead.IsCompleted);
        window.Exit(first);
        await moreOfHead;
        window.Leave(first);
        window.MoveTo(second);
        window.Exit(second);
        await more;
    }

    [Fact]
    public void SentPeople_RememberEachOnceAndGiveTheirMemoryBack()
    {
        var memory = new SentPeopleMemory(200_000);
        for (int round = 0; round < 3; round++)
        {
            using var sent = new SentPeople(memory);
            for (int i = 0; i < 100_000; i++) Assert.True(sent.Add(PersonHash.Of($"ou_{i}")));
            for (int i = 0; i < 100_000; i++) Assert.False(sent.Add(PersonHash.Of($"ou_{i}")));
            Assert.False(sent.HasForgotten);
        }
        using var tooMany = new SentPeople(new SentPeopleMemory(100));
        for (int i = 0; i < 100_000; i++) tooMany.Add(PersonHash.Of($"ou_{i}"));
        Assert.True(tooMany.HasForgotten);
    }
}
