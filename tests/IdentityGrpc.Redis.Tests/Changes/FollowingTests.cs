using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Resolution;
using IdentityGrpc.Redis.Tests.Support;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Redis.Tests.Changes;

/// <summary>What a replica knows of changes, whatever becomes of Redis in the meantime (design §6).</summary>
public class FollowingTests
{
    private readonly Company _company = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_ChangesInTheLog_AreKnownBeforeTheSharedCacheIsRead()
    {
        await using var server = await RedisServer.StartNewAsync(Cancellation);
        await using var one = await StartAsync(server);
        var before = _company.Add("ada", userId: "a1");
        // Kept under an id that the change does not name, so that only the log tells that it has ended.
        one.Shared.StorePerson(Company.Scope, before, includeResigned: false, one.Clock.Now);
        await WrittenAsync(one, "ou_ada");
        _company.Add("ada", userId: "a2");
        await one.ChangeAsync(new() { People = [Company.Id(IdType.UserId, "a1")] });
        await using var late = await StartAsync(server);
        Assert.True(late.Shared.IsOpen);
        var answer = Assert.Single(await late.ConvertAsync("ou_ada"));
        Assert.Equal((AnswerSource.Upstream, "a2"), (answer.Source, answer.Outcome.Value?.UserId));
    }

    [Fact]
    public async Task Start_WhatWasAskedBeforeTheLogIsWhole_HasEnded()
    {
        await using var server = await RedisServer.StartNewAsync(Cancellation);
        await using (var one = await StartAsync(server))
        {
            _company.Add("ada");
            await one.ConvertAsync("ou_ada");
            await WrittenAsync(one, "ou_ada");
            // As if an eviction policy had taken it.
            var keys = one.Get<RedisKeys>();
            await one.Get<RedisConnection>().RunAsync(r => r.KeyDeleteAsync([keys.ChangeLog, keys.ChangeLogEnd, keys.ChangeLogState]), Cancellation);
        }
        await using var late = await StartAsync(server);
        Assert.Equal(AnswerSource.Upstream, Assert.Single(await late.ConvertAsync("ou_ada")).Source);
    }

    [Fact]
    public async Task Read_ChangeNotYetHeardOf_IsLookedForInTheLogFirst()
    {
        await using var server = await RedisServer.StartNewAsync(Cancellation);
        await using var one = await StartAsync(server);
        await using var other = await StartAsync(server);
        for (int i = 0; i < 50; i++)
        {
            string name = $"p{i}";
            var before = _company.Add(name, userId: $"{name}-old");
            one.Shared.StorePerson(Company.Scope, before, includeResigned: false, one.Clock.Now);
            await WrittenAsync(one, $"ou_{name}");
            _company.Add(name, userId: $"{name}-new");
            await one.ChangeAsync(new() { People = [Company.Id(IdType.UserId, $"{name}-old")] });
            Assert.Equal($"{name}-new", Assert.Single(await other.ConvertAsync($"ou_{name}")).Outcome.Value?.UserId);
        }
    }

    [Fact]
    public async Task Redis_RestartedEmpty_EndsAllThatIsInMemory()
    {
        await using var server = await RedisServer.StartNewAsync(Cancellation);
        await using var one = await StartAsync(server);
        _company.Add("ada");
        await one.ConvertAsync("ou_ada");
        await server.RestartAsync(Cancellation);
        await Until.TrueAsync(async () => one.Shared.IsOpen && Assert.Single(await one.ConvertAsync("ou_ada")).Source == AnswerSource.Upstream);
        Assert.Equal(AnswerSource.Memory, Assert.Single(await one.ConvertAsync("ou_ada")).Source);
    }

    [Fact]
    public async Task Redis_Flushed_EndsAllThatIsInMemory()
    {
        await using var server = await RedisServer.StartNewAsync(Cancellation);
        await using var one = await StartAsync(server);
        _company.Add("ada");
        await one.ConvertAsync("ou_ada");
        await one.Get<RedisConnection>().RunAsync(async r => await r.ExecuteAsync("FLUSHALL"), Cancellation);
        await Until.TrueAsync(async () => Assert.Single(await one.ConvertAsync("ou_ada")).Source == AnswerSource.Upstream);
    }

    [Fact]
    public async Task Redis_GoneForAWhile_ChangesOfThenAreCaughtUpWithBeforeTheSharedCacheIsReadAgain()
    {
        await using var server = await RedisServer.StartNewAsync(Cancellation);
        await using var proxy = await SlowProxy.StartAsync(server.Port);
        await using var one = await StartAsync(server);
        await using var cut = await StartAsync(server, proxy.Port);
        var before = _company.Add("ada", userId: "a1");
        await cut.ConvertAsync("ou_ada");
        await WrittenAsync(cut, "ou_ada");
        proxy.Cut();
        await Until.TrueAsync(() => !cut.Shared.IsOpen);
        _company.Add("ada", userId: "a2");
        await one.ChangeAsync(ResolvingReplica.EndOf(before));
        // It cannot know: the time limit of the kind is what holds here (design §6).
        Assert.Equal(AnswerSource.Memory, Assert.Single(await cut.ConvertAsync("ou_ada")).Source);
        proxy.Join();
        await Until.TrueAsync(() => cut.Shared.IsOpen);
        Assert.Equal("a2", Assert.Single(await cut.ConvertAsync("ou_ada")).Outcome.Value?.UserId);
    }

    [Fact]
    public async Task Redis_ThereOnlyAfterTheStart_IsFoundAndUsed()
    {
        await using var server = await RedisServer.StartNewAsync(Cancellation);
        await server.KillAsync(Cancellation);
        await using var one = await StartAsync(server);
        _company.Add("ada");
        Assert.Equal(AnswerSource.Upstream, Assert.Single(await one.ConvertAsync("ou_ada")).Source);
        Assert.False(one.Shared.IsOpen);
        await server.StartAsync(Cancellation);
        await Until.TrueAsync(() => one.Shared.IsOpen);
        _company.Add("bob");
        await one.ConvertAsync("ou_bob");
        await WrittenAsync(one, "ou_bob");
    }

    private async Task<ResolvingReplica> StartAsync(RedisServer server, int? port = null) => await ResolvingReplica.StartAsync(
        new() { Configuration = $"127.0.0.1:{port ?? server.Port}", Timeout = TimeSpan.FromSeconds(1) }, _company);

    private static Task WrittenAsync(ResolvingReplica replica, string openId) => Until.TrueAsync(async () =>
        (await replica.Shared.FindAsync([new PersonKey(Company.Scope, Company.Id(IdType.OpenId, openId), IncludeResigned: false)], ResolvingReplica.Call))[0] is not null);
}
