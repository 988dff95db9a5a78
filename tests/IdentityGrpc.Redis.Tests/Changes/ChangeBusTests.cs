using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Redis.Tests.Support;

namespace IdentityGrpc.Redis.Tests.Changes;

/// <summary>The log of changes in Redis: in order, once each, bounded, and honest about what is missing.</summary>
public class ChangeBusTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private readonly Company _company = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private RedisOptions Options { get; } = redis.Options with { KeyPrefix = $"t{Guid.NewGuid():N}" };

    [Fact]
    public async Task Read_PublishedByAnother_ComesWholeAndInOrder()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        var begin = (await other.Bus.ReadAsync(null, 10, Cancellation)).End;
        var first = FullChange("e1");
        var at = await one.Bus.PublishAsync(first, Cancellation);
        await one.Bus.PublishAsync(ResolvingReplica.NewChange(new(), "e2"), Cancellation);
        var page = await other.Bus.ReadAsync(begin, 10, Cancellation);
        Assert.False(page.Gap);
        Assert.Equal(["e1", "e2"], page.Changes.Select(c => c.Change.EventId));
        Assert.Equal(at, page.Changes[0].At);
        Assert.Equivalent(first, page.Changes[0].Change, strict: true);
        Assert.Empty((await other.Bus.ReadAsync(page.End, 10, Cancellation)).Changes);
    }

    [Fact]
    public async Task Publish_SameEventAgain_StandsOnceAndEndsAsOfTheFirst()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        var begin = (await other.Bus.ReadAsync(null, 10, Cancellation)).End;
        var at = await one.Bus.PublishAsync(ResolvingReplica.NewChange(new(), "same"), Cancellation);
        Assert.Equal(at, await other.Bus.PublishAsync(ResolvingReplica.NewChange(new(), "same"), Cancellation));
        await other.Bus.PublishAsync(ResolvingReplica.NewChange(new(), "same") with { ToldTo = Company.Sibling.Id }, Cancellation);
        var page = await other.Bus.ReadAsync(begin, 10, Cancellation);
        Assert.Equal([Company.App.Id, Company.Sibling.Id], page.Changes.Select(c => c.Change.ToldTo!.Value));
    }

    [Fact]
    public async Task Publish_Moment_IsNeverEarlierThanWhatWasStampedBefore()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        for (int i = 0; i < 200; i++)
        {
            var stamp = other.Clock.Now;
            var at = await one.Bus.PublishAsync(ResolvingReplica.NewChange(new(), $"m{i}"), Cancellation);
            Assert.True(stamp <= at);
            Assert.True(other.Clock.Now >= at - TimeSpan.FromSeconds(2));
        }
    }

    [Fact]
    public async Task Read_PlaceTrimmedAway_IsAGap()
    {
        await using var one = await StartAsync(Options with { ChangesKept = 1_000 });
        var begin = (await one.Bus.ReadAsync(null, 10, Cancellation)).End;
        await Task.WhenAll(Enumerable.Range(0, 1_500).Select(i => one.Bus.PublishAsync(ResolvingReplica.NewChange(new(), $"x{i}"), Cancellation)));
        var page = await one.Bus.ReadAsync(begin, 10, Cancellation);
        Assert.True(page.Gap);
        Assert.InRange(await redis.Database.StreamLengthAsync(one.Get<RedisKeys>().ChangeLog), 1_000, 1_200);
        Assert.False((await one.Bus.ReadAsync(page.End, 10, Cancellation)).Gap);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_LogLost_IsAnotherOneAndAGap(bool wholly)
    {
        await using var one = await StartAsync();
        await one.Bus.PublishAsync(ResolvingReplica.NewChange(new(), "a"), Cancellation);
        var end = (await one.Bus.ReadAsync(null, 10, Cancellation)).End;
        var keys = one.Get<RedisKeys>();
        await redis.Database.KeyDeleteAsync(wholly ? [keys.ChangeLog, keys.ChangeLogEnd, keys.ChangeLogState] : [keys.ChangeLogEnd]);
        await one.Bus.WaitAsync(end, Cancellation).WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
        var page = await one.Bus.ReadAsync(end, 10, Cancellation);
        Assert.True(page.Gap);
        Assert.NotEqual(end.Log, page.End.Log);
    }

    [Fact]
    public async Task Read_RedisHasLostTheLastChanges_IsAGap()
    {
        await using var one = await StartAsync();
        await one.Bus.PublishAsync(ResolvingReplica.NewChange(new(), "a"), Cancellation);
        var end = (await one.Bus.ReadAsync(null, 10, Cancellation)).End;
        var page = await one.Bus.ReadAsync(end with { Major = end.Major + 1 }, 10, Cancellation);
        Assert.True(page.Gap);
        Assert.Equal(end, page.End);
    }

    [Fact]
    public async Task Wait_NothingNew_EndsWithTheNextChange()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        var end = (await one.Bus.ReadAsync(null, 10, Cancellation)).End;
        await Until.TrueAsync(async () => await one.Progress.HasReachedAsync(end, TimeSpan.FromSeconds(1), Cancellation));
        var waiting = one.Bus.WaitAsync(end, Cancellation);
        Assert.False(waiting.IsCompleted);
        await other.Bus.PublishAsync(ResolvingReplica.NewChange(new(), "next"), Cancellation);
        await waiting.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
        Assert.Single((await one.Bus.ReadAsync(end, 10, Cancellation)).Changes);
    }

    [Fact]
    public async Task Publish_NoRedis_IsAChangeBusExceptionWithoutKeys()
    {
        await using var server = await Testing.RedisServer.StartNewAsync(Cancellation);
        await using var one = await ResolvingReplica.StartAsync(Options with { Configuration = server.ConnectionString, Timeout = TimeSpan.FromMilliseconds(250) }, _company);
        await server.KillAsync(Cancellation);
        var change = ResolvingReplica.NewChange(new() { People = [Company.Id(IdType.UserId, "SECRETID")] });
        var exception = await Assert.ThrowsAsync<ChangeBusException>(() => one.Bus.PublishAsync(change, Cancellation));
        Assert.DoesNotContain("SECRETID", exception.ToString(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<ChangeBusException>(() => one.Bus.ReadAsync(null, 10, Cancellation));
    }

    private Task<ResolvingReplica> StartAsync(RedisOptions? options = null) => ResolvingReplica.StartAsync(options ?? Options, _company);

    private static Change FullChange(string eventId) => new()
    {
        EventId = eventId,
        Kind = ChangeKind.UserDeleted,
        Tenant = Company.Scope.Tenant,
        ToldTo = Company.Scope.App,
        OccurredAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        People = [Company.Id(IdType.OpenId, "ou_x"), Company.Id(IdType.UnionId, "on_x"), Company.Id(IdType.UserId, "x")],
        Departments = ["od-1"],
        Ends = new()
        {
            People = [Company.Id(IdType.UnionId, "on_x")],
            Contacts = [new TestDigests().Of(Company.Scope, Company.Email("a@b.test"))],
            ContactsOf = [Company.Scope],
            MissesOf = Company.Scope.Tenant,
            Scopes = [Company.Sibling.In(Company.Scope.Tenant)],
        },
    };
}
