using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Redis.Tests.Support;
using IdentityGrpc.Testing;
using StackExchange.Redis;

namespace IdentityGrpc.Redis.Tests.Budgets;

/// <summary>Three replicas under load while Redis fails in one way or another: the limit is kept, and calls go on.</summary>
public class FaultTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly BudgetOptions s_options = new() { Default = new(60, 3_600), Replicas = 3 };
    private static readonly BudgetKey s_key = new(Apis.BatchGetId, new(new("cli_fault"), new("provider"), new("tenant")));

    public enum Fault { None, Killed, Restarted, Frozen, ReadOnly, Flushed }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Fault.None)]
    [InlineData(Fault.Killed)]
    [InlineData(Fault.Restarted)]
    [InlineData(Fault.Frozen)]
    [InlineData(Fault.ReadOnly)]
    [InlineData(Fault.Flushed)]
    public async Task TakeAsync_RedisFails_LimitIsKeptAndEveryReplicaGoesOn(Fault fault)
    {
        await using var redis = await RedisServer.StartNewAsync(Cancellation);
        await RunAsync(redis.ConnectionString, async () =>
        {
            await using var admin = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString + ",allowAdmin=true");
            if (fault == Fault.Killed) await redis.KillAsync(Cancellation);
            if (fault == Fault.Restarted) await redis.RestartAsync(Cancellation);
            if (fault == Fault.Frozen) redis.Pause();
            if (fault == Fault.ReadOnly) await admin.GetServers()[0].ExecuteAsync("REPLICAOF", "127.0.0.1", "1");
            if (fault == Fault.Flushed) await admin.GetServers()[0].FlushAllDatabasesAsync();
        }, async () =>
        {
            if (fault == Fault.Killed) await redis.StartAsync(Cancellation);
            if (fault == Fault.Frozen) redis.Resume();
            await using var admin = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString + ",allowAdmin=true");
            if (fault == Fault.ReadOnly) await admin.GetServers()[0].ExecuteAsync("REPLICAOF", "NO", "ONE");
        });
    }

    [Fact]
    public async Task TakeAsync_ClusterLosesAMaster_LimitIsKeptAndEveryReplicaGoesOn()
    {
        await using var cluster = await RedisCluster.StartNewAsync(3, Cancellation);
        await RunAsync(cluster.ConnectionString, () => cluster.Masters[1].KillAsync(Cancellation), () => cluster.Masters[1].StartAsync(Cancellation));
    }

    [Fact]
    public async Task TakeAsync_StartedWithoutRedis_SpendsTheConfiguredPart()
    {
        await using var replica = new Replica($"127.0.0.1:{FreePort.Next()}", s_options, s_key.Scope);
        replica.Load(s_key, 40);
        await UntilAsync(() => replica.Sent.Count >= 30);
        Assert.InRange(Most([.. replica.Sent]), 1, 20);
    }

    private static async Task RunAsync(string configuration, Func<Task> fail, Func<Task> heal)
    {
        Replica[] replicas = [.. Enumerable.Range(0, 3).Select(_ => new Replica(configuration, s_options, s_key.Scope))];
        try
        {
            foreach (var replica in replicas) replica.Load(s_key, 30);
            await UntilAsync(() => replicas.All(r => r.Sent.Count >= 30));
            await fail();
            await GoesOnAsync();
            await heal();
            await GoesOnAsync();
        }
        finally
        {
            foreach (var replica in replicas) await replica.DisposeAsync();
        }
        Assert.InRange(Most([.. replicas.SelectMany(r => r.Sent)]), 30, s_options.Default.PerSecond);

        // A few windows long, so that what was held before is no explanation.
        async Task GoesOnAsync()
        {
            var from = Replica.Now + 2 * s_second;
            await UntilAsync(() => replicas.All(r => r.SentSince(from) >= 30));
        }
    }

    private static async Task UntilAsync(Func<bool> done)
    {
        while (!done()) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
    }

    // By the times at which permits were used, so that a machine that is busy cannot make a window look fuller than it was granted.
    private static int Most(TimeSpan[] sent)
    {
        Array.Sort(sent);
        int most = 0, first = 0;
        for (int last = 0; last < sent.Length; last++)
        {
            while (sent[last] - sent[first] >= s_second) first++;
            most = Math.Max(most, last - first + 1);
        }
        return most;
    }
}
