using System.Diagnostics;
using IdentityGrpc.Redis.Tests.Support;
using IdentityGrpc.Testing;
using StackExchange.Redis;

namespace IdentityGrpc.Redis.Tests;

/// <summary>The connection fails at once or in its time, and heals by itself.</summary>
public class RedisConnectionTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_Connected_GivesTheAnswer()
    {
        var connection = await redis.ConnectAsync();
        Assert.True(await connection.RunAsync(d => d.StringSetAsync("a", "1"), Cancellation));
        Assert.Equal("1", (await connection.RunAsync(d => d.StringGetAsync("a"), Cancellation)).ToString());
        Assert.True(connection.IsConnected);
    }

    [Fact]
    public async Task RunAsync_NobodyThere_FailsWithoutWaiting()
    {
        await using var connection = new RedisConnection(new() { Configuration = $"127.0.0.1:{FreePort.Next()}" }, TimeProvider.System);
        await connection.WhenTriedAsync();
        var clock = Stopwatch.StartNew();
        await Assert.ThrowsAsync<RedisConnectionException>(() => connection.RunAsync(d => d.PingAsync(), Cancellation));
        Assert.False(connection.IsConnected);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task RunAsync_NotYetConnected_FailsWithoutWaiting()
    {
        await using var connection = new RedisConnection(redis.Options, new ManualTimeProvider());
        await Assert.ThrowsAsync<RedisConnectionException>(() => connection.RunAsync(d => d.PingAsync(), Cancellation));
        await connection.WhenTriedAsync();
        await connection.RunAsync(d => d.PingAsync(), Cancellation);
    }

    [Fact]
    public async Task RunAsync_FrozenServer_EndsWithTheTimeoutAndGoesOnAfterwards()
    {
        await using var server = await RedisServer.StartNewAsync(Cancellation);
        var connection = await redis.ConnectAsync(new() { Configuration = server.ConnectionString, Timeout = TimeSpan.FromMilliseconds(50) });
        server.Pause();
        await Assert.ThrowsAsync<TimeoutException>(() => connection.RunAsync(d => d.PingAsync(), Cancellation));
        server.Resume();
        await UntilAnsweredAsync(connection);
    }

    [Fact]
    public async Task RunAsync_ServerStartedLater_IsFound()
    {
        await using var server = await RedisServer.StartNewAsync(Cancellation);
        await server.KillAsync(Cancellation);
        var connection = await redis.ConnectAsync(redis.Options with { Configuration = server.ConnectionString });
        await server.StartAsync(Cancellation);
        await UntilAnsweredAsync(connection);
    }

    [Fact]
    public async Task MultiplexerAsync_Subscription_HearsWhatIsPublished()
    {
        var connection = await redis.ConnectAsync();
        var heard = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var subscriber = (await connection.MultiplexerAsync(Cancellation)).GetSubscriber();
        await subscriber.SubscribeAsync(RedisChannel.Literal("bell"), (_, text) => heard.TrySetResult(text!));
        await connection.RunAsync(d => d.PublishAsync(RedisChannel.Literal("bell"), "ding"), Cancellation);
        Assert.Equal("ding", await heard.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancellation));
    }

    private static async Task UntilAnsweredAsync(RedisConnection connection)
    {
        while (true)
        {
            Cancellation.ThrowIfCancellationRequested();
            try
            {
                await connection.RunAsync(d => d.PingAsync(), Cancellation);
                return;
            }
            catch (Exception e) when (e is RedisException or TimeoutException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
            }
        }
    }
}
