using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Core.Tests.Changes;

public class LocalChangeBusTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly LocalChangeBus _bus;

    public LocalChangeBusTests() => _bus = new(new LocalClock(_time), kept: 4, remembered: 8);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_FromNow_IsEmptyAndGoesOnFromThere()
    {
        await PublishAsync("a");
        var now = await _bus.ReadAsync(null, 10, Stop);
        Assert.Empty(now.Changes);
        await PublishAsync("b");
        await PublishAsync("c");
        var page = await _bus.ReadAsync(now.End, 10, Stop);
        Assert.Equal(["b", "c"], Ids(page));
        Assert.False(page.Gap);
        Assert.Equal(page.Changes[^1].Position, page.End);
    }

    [Fact]
    public async Task Read_InPages_MissesAndRepeatsNothing()
    {
        var at = (await _bus.ReadAsync(null, 1, Stop)).End;
        foreach (string id in (string[])["a", "b", "c"]) await PublishAsync(id);
        var first = await _bus.ReadAsync(at, 2, Stop);
        Assert.Equal(["a", "b"], Ids(first));
        Assert.Equal(["c"], Ids(await _bus.ReadAsync(first.End, 2, Stop)));
    }

    [Fact]
    public async Task Publish_SameEventAgain_ShowsOnceAndEndsAnew()
    {
        var at = (await _bus.ReadAsync(null, 1, Stop)).End;
        var first = await PublishAsync("a");
        _time.Advance(TimeSpan.FromSeconds(15));
        var second = await PublishAsync("a");
        Assert.Equal(TimeSpan.FromSeconds(15), second - first);
        await PublishAsync("a", toldTo: "cli_other");
        Assert.Equal(["a", "a"], Ids(await _bus.ReadAsync(at, 10, Stop)));
    }

    [Fact]
    public async Task Read_FromWhatIsNoLongerKept_IsAGapAndGoesOnFromNow()
    {
        var at = (await _bus.ReadAsync(null, 1, Stop)).End;
        foreach (int i in Enumerable.Range(0, 4)) await PublishAsync($"kept{i}");
        Assert.False((await _bus.ReadAsync(at, 10, Stop)).Gap);
        await PublishAsync("one more");
        var page = await _bus.ReadAsync(at, 10, Stop);
        Assert.True(page.Gap);
        Assert.False((await _bus.ReadAsync(page.End, 10, Stop)).Gap);
    }

    [Fact]
    public async Task Read_FromBeforeARestart_IsAGap()
    {
        await PublishAsync("a");
        var former = (await _bus.ReadAsync(null, 1, Stop)).End;
        var restarted = new LocalChangeBus(new LocalClock(_time));
        Assert.True((await restarted.ReadAsync(former, 10, Stop)).Gap);
        await restarted.WaitAsync(former, Stop);
    }

    [Fact]
    public async Task Wait_EndsWithTheNextChange()
    {
        var at = (await _bus.ReadAsync(null, 1, Stop)).End;
        var wait = _bus.WaitAsync(at, Stop);
        Assert.False(wait.IsCompleted);
        await PublishAsync("a");
        await wait;
        await _bus.WaitAsync(at, Stop);
    }

    [Fact]
    public async Task Wait_Cancelled_Ends()
    {
        using var cancel = new CancellationTokenSource();
        var wait = _bus.WaitAsync((await _bus.ReadAsync(null, 1, Stop)).End, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    [Fact]
    public async Task Publish_ByManyAtOnce_IsReadByEverybodyInOneOrder()
    {
        const int Writers = 8, Each = 500;
        var bus = new LocalChangeBus(new LocalClock(_time), kept: Writers * Each, remembered: Writers * Each);
        var start = (await bus.ReadAsync(null, 1, Stop)).End;
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(ReadAllAsync, Stop)).ToArray();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(w => Task.Run(async () =>
        {
            // Every change comes twice, as the platform's may.
            for (int i = 0; i < Each * 2; i++) await bus.PublishAsync(Change($"{w}-{i / 2}"), Stop);
        }, Stop)));
        var orders = await Task.WhenAll(readers);
        Assert.Equal(Writers * Each, orders[0].Distinct().Count());
        Assert.All(orders, order => Assert.Equal(orders[0], order));

        async Task<List<string>> ReadAllAsync()
        {
            var read = new List<string>();
            for (var at = start; read.Count < Writers * Each;)
            {
                await bus.WaitAsync(at, Stop);
                var page = await bus.ReadAsync(at, 7, Stop);
                Assert.False(page.Gap);
                read.AddRange(Ids(page));
                at = page.End;
            }
            return read;
        }
    }

    private Task<DateTimeOffset> PublishAsync(string id, string toldTo = "cli_1") => _bus.PublishAsync(Change(id, toldTo), Stop);

    private static Change Change(string id, string toldTo = "cli_1") =>
        new() { EventId = id, Kind = ChangeKind.UserUpdated, Tenant = new("t"), ToldTo = new AppId(toldTo), Ends = new() };

    private static string[] Ids(ChangePage page) => [.. page.Changes.Select(c => c.Change.EventId)];
}
