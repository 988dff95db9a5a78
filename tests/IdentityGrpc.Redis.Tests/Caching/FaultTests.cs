using IdentityGrpc.Core.Resolution;
using IdentityGrpc.Redis.Tests.Support;
using IdentityGrpc.Testing;
using StackExchange.Redis;

namespace IdentityGrpc.Redis.Tests.Caching;

/// <summary>Whatever is wrong with Redis, every lookup that the platform can answer is answered, soon, and Redis is used again when it is well.</summary>
public class FaultTests
{
    private const int Askers = 8, Keys = 20;
    private static readonly TimeSpan s_timeout = TimeSpan.FromMilliseconds(250);
    private readonly Company _company = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task Killed_Lookups_AreAnsweredAndItHeals() => RunAsync(s => s.KillAsync(Cancellation), s => s.StartAsync(Cancellation));

    [Fact]
    public Task RestartedEmpty_Lookups_AreAnsweredAndItHeals() => RunAsync(s => s.RestartAsync(Cancellation), _ => Task.CompletedTask, closes: false);

    [Fact]
    public Task Frozen_Lookups_AreAnsweredAndItHeals() => RunAsync(s => Did(s.Pause), s => Did(s.Resume));

    [Fact]
    public Task Full_Lookups_AreAnsweredAndItHeals() => RunAsync(
        s => ToldAsync(s, "CONFIG", "SET", "maxmemory", "1"), s => ToldAsync(s, "CONFIG", "SET", "maxmemory", "0"), closes: false);

    [Fact]
    public Task ReadOnly_Lookups_AreAnsweredAndItHeals() => RunAsync(
        s => ToldAsync(s, "REPLICAOF", "127.0.0.1", "1"), s => ToldAsync(s, "REPLICAOF", "NO", "ONE"));

    [Fact]
    public Task Flushed_Lookups_AreAnsweredAndItHeals() => RunAsync(s => ToldAsync(s, "FLUSHALL"), _ => Task.CompletedTask, closes: false);

    [Fact]
    public async Task Slow_Lookups_AreAnsweredAndItIsLeftAlone()
    {
        await using var server = await RedisServer.StartNewAsync(Cancellation);
        await using var proxy = await SlowProxy.StartAsync(server.Port);
        await RunAsync(server, proxy.Port, _ => Did(() => proxy.Delay = 2 * s_timeout), _ => Did(() => proxy.Delay = TimeSpan.Zero), closes: true);
    }

    private async Task RunAsync(Func<RedisServer, Task> breakIt, Func<RedisServer, Task> mendIt, bool closes = true)
    {
        await using var server = await RedisServer.StartNewAsync(Cancellation);
        await RunAsync(server, server.Port, breakIt, mendIt, closes);
    }

    private async Task RunAsync(RedisServer server, int port, Func<RedisServer, Task> breakIt, Func<RedisServer, Task> mendIt, bool closes)
    {
        for (int i = 0; i < 2_000; i++) _company.Add($"p{i}");
        await using var replica = await ResolvingReplica.StartAsync(new() { Configuration = $"127.0.0.1:{port}", Timeout = s_timeout }, _company);
        Assert.True(replica.Shared.IsOpen);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var slowest = new TimeSpan[Askers];
        int next = 0;
        var askers = Enumerable.Range(0, Askers).Select(AskAsync).ToList();
        await Until.TrueAsync(() => Volatile.Read(ref next) > 200);
        await breakIt(server);
        if (closes) await Until.TrueAsync(() => !replica.Shared.IsOpen);
        int then = Volatile.Read(ref next);
        await Until.TrueAsync(() => Volatile.Read(ref next) > then + 200);
        await mendIt(server);
        await Until.TrueAsync(() => replica.Shared.IsOpen);
        then = Volatile.Read(ref next);
        await Until.TrueAsync(() => Volatile.Read(ref next) > then + 200);
        await end.CancelAsync();
        await Task.WhenAll(askers);
        // A stall of the machine aside, nobody waits much longer than for one answer of Redis.
        Assert.All(slowest, s => Assert.True(s < (4 * s_timeout) + TimeSpan.FromSeconds(2), $"{s}"));
        await UsedAgainAsync(replica);

        async Task AskAsync(int asker)
        {
            while (!end.IsCancellationRequested)
            {
                int from = Interlocked.Increment(ref next) * Keys % 2_000;
                string[] ids = [.. Enumerable.Range(from, Keys).Select(i => $"ou_p{i % 2_000}")];
                long start = TimeProvider.System.GetTimestamp();
                var answers = await replica.ConvertAsync(WithoutMemory, ids);
                var took = TimeProvider.System.GetElapsedTime(start);
                if (took > slowest[asker]) slowest[asker] = took;
                Assert.Equal(ids, answers.Select(a => a.Outcome.Value?.OpenId));
                await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, CancellationToken.None);
            }
        }
    }

    // Young enough that memory and Redis are both gone to again and again.
    private static Wanted WithoutMemory => new(Core.Identifiers.IdTypes.All, Status: true, IncludeResigned: false, new(TimeSpan.FromMilliseconds(20), false, false));

    private async Task UsedAgainAsync(ResolvingReplica replica)
    {
        _company.Add("last");
        await replica.ConvertAsync("ou_last");
        await Until.TrueAsync(async () =>
        {
            if ((await replica.Shared.FindAsync([new Core.Caching.PersonKey(Company.Scope, Company.Id(Core.Identifiers.IdType.OpenId, "ou_last"), false)], ResolvingReplica.Call))[0] is not null) return true;
            replica.Shared.StorePerson(Company.Scope, _company.ByEmail["last@corp.test"], false, replica.Clock.Now);
            return false;
        });
    }

    private static Task Did(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private static async Task ToldAsync(RedisServer server, params string[] command)
    {
        await using var admin = await ConnectionMultiplexer.ConnectAsync($"{server.ConnectionString},allowAdmin=true");
        await admin.GetServers()[0].ExecuteAsync(command[0], [.. command[1..]]);
    }
}
