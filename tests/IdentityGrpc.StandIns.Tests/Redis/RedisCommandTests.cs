using System.Security.Cryptography;
using StackExchange.Redis;

namespace IdentityGrpc.StandIns.Tests.Redis;

/// <summary>Commands of every kind on a server that stays up: each caller gets its own reply.</summary>
public sealed class RedisCommandTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const int Many = 100_000;

    private readonly IDatabase _database = redis.Database;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StringGet_OneHundredThousandAtOnce_EachGetsItsOwnValue()
    {
        for (var i = 0; i < Many; i += 1_000)
        {
            await _database.StringSetAsync(
                [.. Enumerable.Range(i, 1_000).Select(n => new KeyValuePair<RedisKey, RedisValue>($"get:{n}", $"value of {n}"))]);
        }

        var values = await Task.WhenAll(Enumerable.Range(0, Many).Select(n => _database.StringGetAsync($"get:{n}")));

        Assert.Equal(Enumerable.Range(0, Many).Select(n => $"value of {n}"), values.Select(value => (string?)value));
    }

    [Fact]
    public async Task StringGet_FromManyThreads_EachGetsItsOwnValue()
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 64),
            new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = Cancel },
            async (worker, _) =>
            {
                for (var i = 0; i < 300; i++)
                {
                    RedisKey key = $"threads:{worker}:{i % 7}";
                    Assert.True(await _database.StringSetAsync(key, $"{worker}/{i}"));
                    Assert.Equal($"{worker}/{i}", await _database.StringGetAsync(key));
                }
            });
    }

    /// <summary>
    /// Threads of the pool that all wait for replies must not be the ones that are needed to read them; with replies
    /// read on pool threads this takes many seconds on two cores.
    /// </summary>
    [Fact]
    public async Task StringGet_SynchronousOnAllPoolThreads_IsNotStarved()
    {
        await _database.StringSetAsync("sync", "value");
        var workers = Enumerable.Range(0, 20).Select(_ => Task.Run(
            () =>
            {
                for (var i = 0; i < 50; i++)
                {
                    Assert.Equal("value", _database.StringGet("sync"));
                }
            },
            Cancel));

        await Task.WhenAll(workers).WaitAsync(TimeSpan.FromSeconds(8), Cancel);
    }

    [Fact]
    public async Task Pipeline_CommandsOfOneCaller_RunInOrder()
    {
        const int length = 10_000;
        await _database.KeyDeleteAsync("list");

        var lengths = await Task.WhenAll(
            Enumerable.Range(0, length).Select(i => _database.ListRightPushAsync("list", i)));

        Assert.Equal(Enumerable.Range(1, length).Select(i => (long)i), lengths);
        Assert.Equal(Enumerable.Range(0, length), (await _database.ListRangeAsync("list")).Select(value => (int)value));
    }

    [Fact]
    public async Task Pipeline_BatchAndFireAndForget_AreAllDone()
    {
        const int length = 5_000;
        var batch = _database.CreateBatch();
        var sets = Enumerable.Range(0, length).Select(i => batch.StringSetAsync($"batch:{i}", i)).ToArray();
        batch.Execute();
        Assert.All(await Task.WhenAll(sets), Assert.True);

        for (var i = 0; i < length; i++)
        {
            _ = _database.StringIncrementAsync($"batch:{i}", flags: CommandFlags.FireAndForget);
        }

        var values = await _database.StringGetAsync([.. Enumerable.Range(0, length).Select(i => (RedisKey)$"batch:{i}")]);
        Assert.Equal(Enumerable.Range(1, length), values.Select(value => (int)value));
    }

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(1 << 20)]
    [InlineData(20_000_000)]
    public async Task StringGet_LargeValue_ComesBackWhole(int size)
    {
        var sent = RandomNumberGenerator.GetBytes(size);

        await _database.StringSetAsync("large", sent);
        byte[]? received = await _database.StringGetAsync("large");

        Assert.True(sent.AsSpan().SequenceEqual(received));
        Assert.True(await _database.KeyDeleteAsync("large"));
    }

    [Fact]
    public async Task StringGet_LargeAndSmallValuesTogether_AreNotMixedUp()
    {
        byte[][] large = [.. Enumerable.Range(0, 8).Select(_ => RandomNumberGenerator.GetBytes(1 << 20))];
        await Task.WhenAll(large.Select((value, i) => _database.StringSetAsync($"mixed:{i}", value)));
        await _database.StringSetAsync("mixed:small", "small");

        var replies = await Task.WhenAll(
            Enumerable.Range(0, 800).Select(i => _database.StringGetAsync(i % 100 == 0 ? $"mixed:{i / 100}" : "mixed:small")));

        for (var i = 0; i < replies.Length; i++)
        {
            var expected = i % 100 == 0 ? large[i / 100] : "small"u8;
            Assert.True(expected.SequenceEqual((byte[]?)replies[i]));
        }
    }

    [Fact]
    public async Task Replies_OfEveryKind_AreRead()
    {
        await _database.KeyDeleteAsync(["hash", "set", "absent"]);
        await _database.HashSetAsync("hash", [new("a", 1), new("b", 2.5)]);
        await _database.SortedSetAddAsync("set", [new("x", 1), new("y", 2)]);

        Assert.True((await _database.StringGetAsync("absent")).IsNull);
        Assert.Equal(2, await _database.HashLengthAsync("hash"));
        Assert.Equal(2.5, (double)await _database.HashGetAsync("hash", "b"));
        Assert.Equal(["x", "y"], (await _database.SortedSetRangeByRankAsync("set")).Select(value => (string?)value));
        var error = await Assert.ThrowsAsync<RedisServerException>(() => _database.StringIncrementAsync("hash"));
        Assert.StartsWith("WRONGTYPE", error.Message, StringComparison.Ordinal);
        var nested = await _database.ExecuteAsync("EVAL", "return {1, {2, 'three'}, false}", 0);
        Assert.Equal(3, nested.Length);
        Assert.Equal("three", (string?)nested[1][1]);
        Assert.True(nested[2].IsNull);
    }

    [Fact]
    public async Task Script_Evaluated_GetsKeysAndArguments()
    {
        const string script = "redis.call('INCRBY', KEYS[1], ARGV[1]); return {KEYS[1], redis.call('GET', KEYS[1])}";
        await _database.KeyDeleteAsync("counter");

        var replies = await Task.WhenAll(
            Enumerable.Range(0, 1_000).Select(_ => _database.ScriptEvaluateAsync(script, ["counter"], [2])));

        Assert.All(replies, reply => Assert.Equal("counter", (string?)reply[0]));
        Assert.Equal(Enumerable.Range(1, 1_000).Select(i => 2 * i), replies.Select(reply => (int)reply[1]));
    }

    [Fact]
    public async Task Script_LoadedAndForgottenByTheServer_IsSentAgain()
    {
        var server = redis.Connection.GetServers().Single();
        var script = await LuaScript.Prepare("return @left .. '-' .. @right").LoadAsync(server);

        Assert.Equal("1-2", (string?)await script.EvaluateAsync(_database, new { left = 1, right = 2 }));
        await server.ScriptFlushAsync();
        Assert.Equal("3", (string?)await _database.ScriptEvaluateAsync("return '3'"));
        Assert.Equal("4", (string?)await _database.ScriptEvaluateAsync("return '4'"));
    }

    [Fact]
    public async Task Script_ThatFails_FailsItsCallOnly()
    {
        var good = _database.StringSetAsync("beside", "set");

        await Assert.ThrowsAsync<RedisServerException>(() =>
            _database.ScriptEvaluateAsync("return redis.error_reply('MINE no')"));

        Assert.True(await good);
        Assert.Equal("set", await _database.StringGetAsync("beside"));
    }

    [Fact]
    public async Task Transaction_WithItsConditionMet_AndNot()
    {
        await _database.StringSetAsync("guard", 1);
        var met = _database.CreateTransaction();
        met.AddCondition(Condition.StringEqual("guard", 1));
        var increment = met.StringIncrementAsync("guard");
        var failed = _database.CreateTransaction();
        failed.AddCondition(Condition.StringEqual("guard", 1));
        var never = failed.StringIncrementAsync("guard");

        Assert.True(await met.ExecuteAsync());
        Assert.Equal(2, await increment);
        Assert.False(await failed.ExecuteAsync());
        await Assert.ThrowsAsync<TaskCanceledException>(() => never);
    }
}
