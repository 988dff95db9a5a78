using System.Diagnostics;
using IdentityGrpc.Core.Batching;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Tests.Changes;
using static IdentityGrpc.Core.Tests.Batching.LookupRig;

namespace IdentityGrpc.Core.Tests.Batching;

/// <summary>Lanes under real threads and the real clock.</summary>
[Collection(nameof(AloneCollection))]
public class HammerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // The caller that begins a call may be one of many that take turns; the call is everybody's.
    [Fact]
    public async Task FindByContact_SchedulerOfTheCallerIsBusy_CallsGoOn()
    {
        using var rig = new LookupRig(new() { CallsInFlight = 1 });
        using var isOver = new ManualResetEventSlim();
        rig.Directory.Holds = true;
        Contact[] keys = [.. Enumerable.Range(0, 100).Select(i => Email($"n{i}"))];
        var asking = Task.Factory.StartNew(() =>
        {
            var answers = rig.Lookup.FindByContactAsync(Contacts, keys, null, rig.Call());
            Assert.True(isOver.Wait(TimeSpan.FromSeconds(20), Stop));
            return answers;
        }, Stop, TaskCreationOptions.None, new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler);
        await UntilAsync(() => rig.Directory.Held == 1);
        rig.Directory.Release();
        await UntilAsync(() => rig.Directory.Calls.Count == 2);
        isOver.Set();
        rig.Directory.ReleaseAll();
        var found = await await asking;
        for (int i = 0; i < keys.Length; i++) AssertRight(keys[i], found[i]);
    }

    [Fact]
    public async Task GetUsers_ManyThreadsCancelAndEvictAtRandom_EveryKeyHasItsOwnAnswerAndNothingIsLeft()
    {
        using var rig = new LookupRig(time: TimeProvider.System);
        rig.Directory.IsBad = id => id.EndsWith("13", StringComparison.Ordinal);
        rig.Directory.Latency = async () => await Task.Yield();
        int answered = 0, cancelled = 0;

        async Task WorkAsync(int seed)
        {
            await Task.Yield();
            var random = new Random(seed);
            for (int round = 0; round < 300; round++)
            {
                using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
                PersonId[] ids = [.. Enumerable.Range(random.Next(200), random.Next(10) == 0 ? 120 : 1).Select(i => OpenId($"n{i}"))];
                TimeSpan? within = random.Next(3) == 0 ? TimeSpan.FromSeconds(60) : null;
                var call = new CallContext(random.Next(3) == 0 ? Priority.Bulk : Priority.Interactive, TimeProvider.System.GetUtcNow() + within, $"caller {seed % 3}", cancel.Token);
                DateTimeOffset? notBefore = random.Next(4) == 0 ? TimeProvider.System.GetUtcNow() : null;
                var asked = rig.Lookup.GetUsersAsync(OpenIds, ids, notBefore, call);
                if (random.Next(2) == 0) cancel.Cancel();
                if (random.Next(32) == 0) rig.Watermarks.End(OpenId($"n{random.Next(200)}"));
                try
                {
                    var answers = await asked;
                    for (int i = 0; i < ids.Length; i++)
                    {
                        if (answers[i].Outcome.Failure == Failure.AlwaysChanging) continue;
                        if (ids[i].Value.EndsWith("13", StringComparison.Ordinal)) Assert.Equal(99992351, answers[i].Outcome.Failure?.Code);
                        else AssertRight(ids[i], answers[i]);
                        Assert.True(notBefore is null || answers[i].AskedAt >= notBefore);
                    }
                    Interlocked.Increment(ref answered);
                }
                catch (OperationCanceledException) when (cancel.IsCancellationRequested)
                {
                    Interlocked.Increment(ref cancelled);
                }
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 64).Select(WorkAsync));
        Assert.Equal(64 * 300, answered + cancelled);
        Assert.True(answered > 64 * 100);
        await UntilAsync(() => rig.Lookup.KeysAsked == 0);
    }

    [Fact]
    public async Task FindByContact_TenThousandCallersOnAllThreads_PackFullCalls()
    {
        using var rig = new LookupRig(new() { Linger = TimeSpan.FromSeconds(1), MaxLinger = TimeSpan.FromSeconds(1), CallsInFlight = 1_000 }, time: TimeProvider.System);
        rig.Directory.Holds = true;
        Contact[] keys = [.. Enumerable.Range(0, 10_000).Select(i => Email($"n{i}"))];
        var asked = new Task<Answer<ContactRow>>[keys.Length];
        Parallel.For(0, keys.Length, i => asked[i] = rig.FindAsync(keys[i]));
        await UntilAsync(() => rig.Directory.Calls.Sum(c => c.Keys.Count) == keys.Length);
        Assert.InRange(rig.Directory.Calls.Count, 200, 212); // 1.05 × ⌈10,000 ÷ 50⌉ + 2
        rig.Directory.ReleaseAll();
        var answers = await Task.WhenAll(asked);
        for (int i = 0; i < keys.Length; i++) AssertRight(keys[i], answers[i]);
    }

    [Fact]
    public async Task GetUsers_HalfOfManyCallersCancelled_MemoryGoesBackToTheStart()
    {
        using var rig = new LookupRig(time: TimeProvider.System);
        rig.Directory.Latency = async () => await Task.Yield();
        await RoundAsync(0);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int round = 1; round <= 5; round++) await RoundAsync(round);
        long after = GC.GetTotalMemory(forceFullCollection: true);
        Assert.InRange(after - before, long.MinValue, 8_000_000);

        async Task RoundAsync(int round)
        {
            rig.Directory.Holds = true;
            var cancels = Enumerable.Range(0, 10_000).Select(_ => new CancellationTokenSource()).ToArray();
            var asked = cancels.Select((cancel, i) => rig.GetAsync(OpenId($"r{round}n{i}"), new(Priority.Interactive, TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(1), "caller", cancel.Token))).ToArray();
            Parallel.For(0, cancels.Length / 2, i => cancels[i * 2].Cancel());
            rig.Directory.ReleaseAll();
            await UntilAsync(() => asked.All(a => a.IsCompleted) && rig.Lookup.KeysAsked == 0);
            for (int i = 1; i < asked.Length; i += 2) AssertRight(OpenId($"r{round}n{i}"), await asked[i]);
            rig.Directory.Forget();
        }
    }

    [Fact]
    public async Task GetUsers_LoneCallers_PayNoLinger()
    {
        using var rig = new LookupRig(time: TimeProvider.System);
        var through = new List<TimeSpan>();
        var direct = new List<TimeSpan>();
        var call = new CallContext(Priority.Interactive, null, "caller", Stop);
        for (int i = 0; i < 400; i++)
        {
            long start = Stopwatch.GetTimestamp();
            AssertRight(OpenId($"n{i}"), await rig.GetAsync(OpenId($"n{i}"), call));
            through.Add(Stopwatch.GetElapsedTime(start));
            start = Stopwatch.GetTimestamp();
            await rig.Directory.GetUsersAsync(Scope, IdType.OpenId, [$"ou_n{i}"], call);
            direct.Add(Stopwatch.GetElapsedTime(start));
        }
        through.Sort();
        direct.Sort();
        Assert.InRange(through[200] - direct[200], TimeSpan.MinValue, TimeSpan.FromMilliseconds(1));
    }
}
