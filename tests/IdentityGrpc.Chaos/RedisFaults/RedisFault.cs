using IdentityGrpc.Testing;
using StackExchange.Redis;

namespace IdentityGrpc.Chaos.RedisFaults;

/// <summary>Something that happens to a Redis.</summary>
/// <param name="Name">What.</param>
/// <param name="Break">Brings it about.</param>
/// <param name="Mend">Ends it.</param>
internal sealed record RedisFault(string Name, Func<RedisBed, Task> Break, Func<RedisBed, Task> Mend)
{
    /// <summary>Whether the services start while it lasts.</summary>
    public bool AtStart { get; init; }

    /// <summary>All of them.</summary>
    public static IReadOnlyList<RedisFault> All { get; } =
    [
        new("nothing", _ => Task.CompletedTask, _ => Task.CompletedTask),
        new("down at the start", r => r.Server.KillAsync(), r => r.Server.StartAsync()) { AtStart = true },
        new("killed", r => r.Server.KillAsync(), r => r.Server.StartAsync()),
        new("restarted empty", r => r.Server.RestartAsync(), _ => Task.CompletedTask),
        new("frozen", r => Did(r.Server.Pause), r => Did(r.Server.Resume)),
        new("full (OOM)", r => r.TellAsync("CONFIG", "SET", "maxmemory", "1"), r => r.TellAsync("CONFIG", "SET", "maxmemory", "0")),
        new("read-only replica", r => r.TellAsync("REPLICAOF", "127.0.0.1", "1"), r => r.TellAsync("REPLICAOF", "NO", "ONE")),
        new("flushed each 100 ms", r => r.BeginFlushing(), r => r.EndFlushingAsync()),
        new("slow, 100 ms", r => Did(() => r.Proxy.Delay = TimeSpan.FromMilliseconds(100)), r => Did(() => r.Proxy.Delay = TimeSpan.Zero)),
        new("slow, 1 s", r => Did(() => r.Proxy.Delay = TimeSpan.FromSeconds(1)), r => Did(() => r.Proxy.Delay = TimeSpan.Zero)),
        new("cut off", r => Did(r.Proxy.Cut), r => Did(r.Proxy.Join)),
    ];

    private static Task Did(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}

/// <summary>A Redis with a proxy before it.</summary>
internal sealed class RedisBed : IAsyncDisposable
{
    private CancellationTokenSource? _flushing;
    private Task _flushes = Task.CompletedTask;

    private RedisBed(RedisServer server, SlowProxy proxy) => (Server, Proxy) = (server, proxy);

    public RedisServer Server { get; }

    public SlowProxy Proxy { get; }

    public static async Task<RedisBed> StartAsync(CancellationToken cancellation)
    {
        var server = await RedisServer.StartNewAsync(cancellation);
        return new(server, await SlowProxy.StartAsync(server.Port));
    }

    public async Task TellAsync(params string[] command)
    {
        await using var admin = await ConnectionMultiplexer.ConnectAsync($"{Server.ConnectionString},allowAdmin=true");
        await admin.GetServers()[0].ExecuteAsync(command[0], [.. command[1..]]);
    }

    public Task BeginFlushing()
    {
        _flushing = new();
        _flushes = FlushAsync(_flushing.Token);
        return Task.CompletedTask;
    }

    public async Task EndFlushingAsync()
    {
        await _flushing!.CancelAsync();
        await _flushes;
        _flushing.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await Server.DisposeAsync();
    }

    private async Task FlushAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await TellAsync("FLUSHALL");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
