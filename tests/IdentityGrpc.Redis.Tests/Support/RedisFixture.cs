using IdentityGrpc.Testing;
using StackExchange.Redis;

namespace IdentityGrpc.Redis.Tests.Support;

/// <summary>One server for the tests of a class; each test has keys of its own.</summary>
public sealed class RedisFixture : IAsyncLifetime
{
    private readonly List<RedisConnection> _connections = [];
    private ConnectionMultiplexer? _admin;

    internal RedisServer Server { get; private set; } = null!;

    internal IDatabase Database => _admin!.GetDatabase();

    internal IServer Admin => _admin!.GetServers()[0];

    // Patient, so that a machine that is busy with other tests does not look like a lost Redis.
    internal RedisOptions Options => new() { Configuration = Server.ConnectionString, Timeout = TimeSpan.FromSeconds(10) };

    public async ValueTask InitializeAsync()
    {
        Server = await RedisServer.StartNewAsync(TestContext.Current.CancellationToken);
        _admin = await ConnectionMultiplexer.ConnectAsync($"{Server.ConnectionString},allowAdmin=true");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections) await connection.DisposeAsync();
        if (_admin is not null) await _admin.DisposeAsync();
        await Server.DisposeAsync();
    }

    /// <summary>The keys that fit a pattern.</summary>
    internal async Task<IReadOnlyList<string>> KeysAsync(string pattern)
    {
        var keys = new List<string>();
        await foreach (var key in Admin.KeysAsync(pattern: pattern)) keys.Add(key!);
        return keys;
    }

    /// <summary>A replica's connection of its own, made already; the fixture disposes of it.</summary>
    internal async Task<RedisConnection> ConnectAsync(RedisOptions? options = null)
    {
        var connection = new RedisConnection(options ?? Options, TimeProvider.System);
        _connections.Add(connection);
        await connection.WhenTriedAsync();
        return connection;
    }
}
