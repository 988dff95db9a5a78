using System.Collections.Concurrent;
using StackExchange.Redis;

namespace IdentityGrpc.StandIns.Tests.Redis;

/// <summary>Published messages reach every subscriber, once and in order.</summary>
public sealed class RedisPubSubTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private readonly ISubscriber _subscriber = redis.Connection.GetSubscriber();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Channel_TenThousandMessages_ArriveInOrder()
    {
        const int count = 10_000;
        var queue = await _subscriber.SubscribeAsync(RedisChannel.Literal("ordered"));

        var receivers = await Task.WhenAll(
            Enumerable.Range(0, count).Select(i => _subscriber.PublishAsync(RedisChannel.Literal("ordered"), i)));
        for (var i = 0; i < count; i++)
        {
            var message = await queue.ReadAsync(Cancel).AsTask().WaitAsync(s_limit, Cancel);
            Assert.Equal(i, (int)message.Message);
        }

        Assert.All(receivers, count => Assert.Equal(1, count));
        await queue.UnsubscribeAsync();
    }

    [Fact]
    public async Task Channels_ManyAndAPattern_EachGetTheirOwn()
    {
        const int channels = 50;
        var all = new ConcurrentBag<string>();
        var complete = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _subscriber.SubscribeAsync(RedisChannel.Pattern("many:*"), (channel, message) =>
        {
            all.Add($"{channel} {message}");
            if (all.Count == channels)
            {
                complete.TrySetResult();
            }
        });
        var queues = await Task.WhenAll(
            Enumerable.Range(0, channels).Select(i => _subscriber.SubscribeAsync(RedisChannel.Literal($"many:{i}"))));

        await Task.WhenAll(
            Enumerable.Range(0, channels).Select(i => _subscriber.PublishAsync(RedisChannel.Literal($"many:{i}"), $"to {i}")));

        for (var i = 0; i < channels; i++)
        {
            var message = await queues[i].ReadAsync(Cancel).AsTask().WaitAsync(s_limit, Cancel);
            Assert.Equal($"to {i}", message.Message);
            Assert.Equal($"many:{i}", message.Channel);
        }

        await complete.Task.WaitAsync(s_limit, Cancel);
        Assert.Equal(
            Enumerable.Range(0, channels).Select(i => $"many:{i} to {i}").Order(StringComparer.Ordinal),
            all.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Channel_Unsubscribed_HasNoReceiver()
    {
        var queue = await _subscriber.SubscribeAsync(RedisChannel.Literal("left"));
        Assert.Equal(1, await _subscriber.PublishAsync(RedisChannel.Literal("left"), "1"));

        await queue.UnsubscribeAsync();

        Assert.Equal(0, await _subscriber.PublishAsync(RedisChannel.Literal("left"), "2"));
    }
}
