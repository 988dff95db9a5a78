using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Server.Tests.Fixtures;
using IdentityGrpc.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityGrpc.Server.Tests.Events;

/// <summary>Design §8: an event that not every replica is sure to see is refused, so that the platform sends it again.</summary>
public sealed class EventBusFaultTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    private static readonly AppTenant s_scope = new(new(EventBed.AppId), new(EventBed.Provider), new(EventBed.Tenant));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Event_RedisKilled_IsRefusedAppliedHereAndTakenOnceRedisIsBack()
    {
        await using var redis = await RedisServer.StartNewAsync(Stop);
        await using var bed = await EventBed.StartInRealTimeAsync($"Redis:Configuration={redis.ConnectionString}", "Redis:Timeout=00:00:05");
        var bus = bed.Running.Host.Services.GetRequiredService<IChangeBus>();
        Assert.Equal((200, """{"msg":"success"}"""), await bed.PostAsync(EventBed.EventOf("ou_1", "event-1")));

        await redis.KillAsync(Stop);
        var (person, post) = (PersonId.Of(s_scope, IdType.OpenId, "ou_2"), EventBed.EventOf("ou_2", "event-2"));
        var before = bed.Marks.EndOf(person);
        Assert.Equal((500, ""), await bed.PostAsync(post));
        var endedHere = bed.Marks.EndOf(person);
        Assert.True(endedHere > before, $"{before:O} {endedHere:O}");

        await redis.StartAsync(Stop);
        long start = TimeProvider.System.GetTimestamp();
        var answer = await bed.PostAsync(post);
        while (answer.Status == 500 && TimeProvider.System.GetElapsedTime(start) < s_limit) answer = await bed.PostAsync(post);
        Assert.Equal((200, """{"msg":"success"}"""), answer);
        var end = (await bus.ReadAsync(null, 1, Stop)).End;
        Assert.Equal("event-2", Assert.Single((await bus.ReadAsync(end with { Major = 0, Minor = 0 }, 10, Stop)).Changes).Change.EventId);
        Assert.True(bed.Marks.EndOf(person) >= endedHere);
    }
}
