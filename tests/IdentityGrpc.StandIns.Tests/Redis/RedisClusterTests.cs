using IdentityGrpc.Testing;
using StackExchange.Redis;

namespace IdentityGrpc.StandIns.Tests.Redis;

/// <summary>Several connections at once, one per master, with keys spread over all of them.</summary>
public sealed class RedisClusterTests
{
    private const int Many = 20_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StringGet_KeysOnAllMasters_EachGetsItsOwnValue()
    {
        await using var cluster = await RedisCluster.StartNewAsync(cancellationToken: Cancel);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(
            $"{cluster.ConnectionString},{RedisFixture.Patient}");
        var database = connection.GetDatabase();

        await Task.WhenAll(Enumerable.Range(0, Many).Select(i => database.StringSetAsync($"key:{i}", $"value of {i}")));
        var values = await Task.WhenAll(Enumerable.Range(0, Many).Select(i => database.StringGetAsync($"key:{i}")));

        Assert.Equal(Enumerable.Range(0, Many).Select(i => $"value of {i}"), values.Select(value => (string?)value));
        var sizes = await Task.WhenAll(connection.GetServers().Select(server => server.DatabaseSizeAsync()));
        Assert.Equal(3, sizes.Length);
        Assert.All(sizes, size => Assert.InRange(size, Many / 4, Many / 2));
        Assert.Equal(Many, sizes.Sum());
    }
}
