using IdentityGrpc.Testing;
using StackExchange.Redis;

namespace IdentityGrpc.StandIns.Tests.Redis;

/// <summary>Connections heal by themselves, and no reply is lost or given to another caller while they do.</summary>
public sealed class RedisRestartTests : IAsyncLifetime
{
    private const int Callers = 32;
    private const int Enough = 3_000;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private RedisServer _server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await RedisServer.StartNewAsync(Cancel);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Server_RestartedTwiceUnderLoad_IsReconnectedTo()
    {
        await using var connection = await ConnectAsync();
        var load = new EchoLoad(connection.GetDatabase(), Callers);

        await UnderLoadAsync(load, async () =>
        {
            for (var i = 0; i < 2; i++)
            {
                await _server.RestartAsync(Cancel);
                await load.MoreAnswersAsync(Enough).WaitAsync(s_limit, Cancel);
            }
        });

        Assert.Empty(load.Wrong);
        Assert.True(load.Failed > 0, "No call was in flight when the server was killed.");
    }

    [Fact]
    public async Task Connections_CutFiveTimesUnderLoad_AreMadeAnew()
    {
        await using var connection = await ConnectAsync();
        await using var admin = await ConnectAsync(",allowAdmin=true");
        var load = new EchoLoad(connection.GetDatabase(), Callers);

        await UnderLoadAsync(load, async () =>
        {
            for (var i = 0; i < 5; i++)
            {
                var cut = (long)await admin.GetDatabase().ExecuteAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
                Assert.True(cut > 0);
                await load.MoreAnswersAsync(Enough).WaitAsync(s_limit, Cancel);
            }
        });

        Assert.Empty(load.Wrong);
    }

    /// <summary>Replies that come after their callers gave up are nobody else's.</summary>
    [Fact]
    public async Task Server_FrozenPastTheTimeout_AnswersTheRightCallersAfterwards()
    {
        await using var connection = await ConnectAsync(",asyncTimeout=500");
        var database = connection.GetDatabase();
        Assert.Equal("before", (string?)await database.ExecuteAsync("ECHO", "before"));

        _server.Pause();
        var late = Enumerable.Range(0, 100).Select(i => database.ExecuteAsync("ECHO", $"late {i}")).ToArray();
        foreach (var call in late)
        {
            await Assert.ThrowsAsync<RedisTimeoutException>(() => call).WaitAsync(s_limit, Cancel);
        }

        _server.Resume();
        var load = new EchoLoad(database, Callers);
        await UnderLoadAsync(load, () => load.MoreAnswersAsync(Enough).WaitAsync(s_limit, Cancel));
        Assert.Empty(load.Wrong);
    }

    [Fact]
    public async Task Server_StoppedAndStarted_RestoresCommandsAndSubscriptions()
    {
        await using var connection = await ConnectAsync();
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.ConnectionFailed += (_, _) => lost.TrySetResult();
        var channel = RedisChannel.Literal("news");
        var queue = await connection.GetSubscriber().SubscribeAsync(channel);

        await _server.StopAsync(Cancel);
        await lost.Task.WaitAsync(s_limit, Cancel);
        var queued = connection.GetDatabase().StringSetAsync("while", "down"); // waits for the server
        await _server.StartAsync(Cancel);

        Assert.True(await queued.WaitAsync(s_limit, Cancel));
        await PublishUntilReceivedAsync(channel);
        var message = await queue.ReadAsync(Cancel).AsTask().WaitAsync(s_limit, Cancel);
        Assert.Equal("hello again", message.Message);
    }

    [Fact]
    public async Task Connect_BeforeTheServerIsThere_SucceedsOnceItIs()
    {
        await _server.KillAsync(Cancel);
        await using var connection = await ConnectAsync(",connectTimeout=500");
        Assert.False(connection.IsConnected);
        var restored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.ConnectionRestored += (_, _) => restored.TrySetResult();

        await _server.StartAsync(Cancel);
        await restored.Task.WaitAsync(s_limit, Cancel);

        Assert.True(await connection.GetDatabase().StringSetAsync("key", "value"));
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(string settings = "")
    {
        var options = ConfigurationOptions.Parse($"{_server.ConnectionString},{RedisFixture.Patient}{settings}");
        options.AbortOnConnectFail = false;
        options.ReconnectRetryPolicy = new LinearRetry(100);
        return await ConnectionMultiplexer.ConnectAsync(options);
    }

    private static async Task UnderLoadAsync(EchoLoad load, Func<Task> disturb)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = load.RunAsync(stop.Token);
        try
        {
            await load.MoreAnswersAsync(Enough).WaitAsync(s_limit, Cancel);
            await disturb();
        }
        finally
        {
            await stop.CancelAsync();
            await running.WaitAsync(s_limit, Cancel);
        }
    }

    /// <summary>A subscription is back a moment after the commands are; publishing tells how many it reached.</summary>
    private async Task PublishUntilReceivedAsync(RedisChannel channel)
    {
        await using var publisher = await ConnectAsync();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(s_limit);
        while (await publisher.GetSubscriber().PublishAsync(channel, "hello again") == 0)
        {
            limit.Token.ThrowIfCancellationRequested();
        }
    }
}
