using IdentityGrpc.Core.Changes;
using IdentityGrpc.Redis.Tests.Support;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Redis.Tests.Caching;

/// <summary>
/// No e-mail, mobile or token is ever told to Redis. What all tests tell it is judged at the end of the run; here are those lookups
/// that have most to hide, and whether a leak would be heard.
/// </summary>
public sealed class SecrecyTests : IDisposable
{
    private const string Email = "person3@corp.test";
    private readonly Company _company = new();
    private readonly RunRecord _record = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Redis_LookupsAndChangesOfContacts_IsToldNoContact()
    {
        await using (var server = await RedisServer.StartNewAsync([], _record, Cancellation))
        {
            await using var replica = await ResolvingReplica.StartAsync(new() { Configuration = server.ConnectionString, Timeout = TimeSpan.FromSeconds(5) }, _company);
            for (int i = 0; i < 20; i++) _company.Add($"person{i}");
            await replica.ResolveAsync(Enumerable.Range(0, 25).Select(i => $"person{i}@corp.test"));
            var contact = Company.Email(Email);
            await replica.ChangeAsync(new Ends { Contacts = [new TestDigests().Of(Company.Scope, contact)], MissesOf = Company.Scope.Tenant });
            await replica.ResolveAsync(Email);
        }
        var verdict = _record.Judge();
        Assert.Empty(SaidTo("redis", verdict));
        Assert.True(verdict.Heard["redis"] > 100, $"{verdict}");
        Assert.True(verdict.Heard["redis-key"] >= 4 * 20, $"{verdict}");
    }

    [Theory]
    [InlineData()]
    [InlineData("--requirepass", "open sesame")]
    public async Task Leak_InAValueAKeyOrAScript_IsHeard(params string[] options)
    {
        byte[] binary = [0x0a, 0x11, .. "leak1@corp.test"u8, 0x10, 0xff, 0x00];
        await using (var server = await RedisServer.StartNewAsync(options, _record, Cancellation))
        {
            var redis = await ConnectAsync(server, options);
            await redis.RunAsync(r => r.StringSetAsync("a", binary), Cancellation);
            await redis.RunAsync(r => r.StringSetAsync("b:13549681956", 1), Cancellation);
            await redis.RunAsync(r => r.ScriptEvaluateAsync("return redis.call('SET', 'c', 'leak' .. '2@' .. 'corp.test')"), Cancellation);
            await redis.DisposeAsync();
        }
        var verdict = _record.Judge();
        Assert.Contains(SaidTo("redis", verdict), s => s.Contains("leak1@corp.test", StringComparison.Ordinal));
        Assert.Contains(SaidTo("redis", verdict), s => s.Contains("a mobile", StringComparison.Ordinal));
        Assert.Contains(SaidTo("redis", verdict), s => s.Contains("leak2@corp.test", StringComparison.Ordinal));
        Assert.Contains(SaidTo("redis-key", verdict), s => s.Contains("b:13549681956", StringComparison.Ordinal));
        Assert.Throws<InvalidOperationException>(() => verdict.ThrowIfBroken("redis"));
    }

    [Fact]
    public async Task Leak_AfterARestartAndBeforeAKill_IsHeard()
    {
        await using var server = await RedisServer.StartNewAsync([], _record, Cancellation);
        await using var redis = await ConnectAsync(server, []);
        await redis.RunAsync(r => r.StringSetAsync("a", "harmless"), Cancellation);
        await server.RestartAsync(Cancellation);
        await Until.TrueAsync(() => redis.IsConnected);
        await redis.RunAsync(r => r.StringSetAsync("a", Email), Cancellation);
        await server.StopAsync(Cancellation);
        Assert.Contains(SaidTo("redis", _record.Judge()), s => s.Contains(Email, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Listening_FrozenAndKilledServer_EndsWithIt()
    {
        await using (var server = await RedisServer.StartNewAsync([], _record, Cancellation)) server.Pause();
        Assert.DoesNotContain(_record.Judge().Said, s => s.StartsWith("Not heard", StringComparison.Ordinal));
    }

    public void Dispose() => _record.Dispose();

    private static async Task<RedisConnection> ConnectAsync(RedisServer server, string[] options)
    {
        string password = options.Length > 0 ? $",password={options[1]}" : "";
        var redis = new RedisConnection(new() { Configuration = server.ConnectionString + password, Timeout = TimeSpan.FromSeconds(5) }, TimeProvider.System);
        await redis.WhenTriedAsync();
        return redis;
    }

    // A record hears the exceptions of the whole process, too: those of other tests are not its concern.
    private static IEnumerable<string> SaidTo(string source, RunVerdict verdict) => verdict.Said.Where(s => s.StartsWith($"{source}: ", StringComparison.Ordinal));
}
