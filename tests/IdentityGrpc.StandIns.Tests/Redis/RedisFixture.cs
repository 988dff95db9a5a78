using IdentityGrpc.Testing;
using StackExchange.Redis;

namespace IdentityGrpc.StandIns.Tests.Redis;

/// <summary>One server and one connection for the tests of a class.</summary>
public sealed class RedisFixture : IAsyncLifetime
{
    // Generous, so that a machine that is busy with other tests does not look like a lost reply.
    internal const string Patient = "asyncTimeout=30000,syncTimeout=30000,connectTimeout=10000";

    private RedisServer? _server;
    private ConnectionMultiplexer? _connection;

    internal RedisServer Server => _server!;

    internal ConnectionMultiplexer Connection => _connection!;

    internal IDatabase Database => Connection.GetDatabase();

    public async ValueTask InitializeAsync()
    {
        _server = await RedisServer.StartNewAsync(TestContext.Current.CancellationToken);
        _connection = await ConnectionMultiplexer.ConnectAsync($"{_server.ConnectionString},{Patient},allowAdmin=true");
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
