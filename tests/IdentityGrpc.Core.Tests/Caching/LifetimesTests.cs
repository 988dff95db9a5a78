using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Core.Tests.Caching;

/// <summary>Design §6: ids that never change live longer where events tell when somebody leaves.</summary>
public class LifetimesTests
{
    private static readonly AppTenant s_scope = new(new("cli_1"), new("p"), new("t"));
    private readonly ManualTimeProvider _time = new();
    private readonly EventArrivals _arrivals;
    private readonly Lifetimes _lifetimes;
    private readonly Cached<Person> _answer;

    public LifetimesTests()
    {
        var clock = new LocalClock(_time);
        _arrivals = new(clock);
        _lifetimes = new(new CacheOptions(), clock, _arrivals);
        _answer = new(new Person { OpenId = "ou_1", UnionId = "on_1", UserId = "ada" }, null, clock.Now);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 24)]
    public void OpenId_LivesByWhetherEventsArrive(bool arrive, int hours)
    {
        _time.Advance(TimeSpan.FromHours(hours) - TimeSpan.FromSeconds(1));
        if (arrive) _arrivals.Note(Change("cli_1"), _time.GetUtcNow());
        Assert.True(IsFresh(IdTypes.OpenId));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(IsFresh(IdTypes.OpenId));
    }

    [Fact]
    public void OpenId_EventsOfAnotherAppOrTooLongAgo_LivesTheShorterTime()
    {
        _arrivals.Note(Change("cli_2"), _time.GetUtcNow());
        _time.Advance(TimeSpan.FromHours(2));
        Assert.False(IsFresh(IdTypes.OpenId));
        _arrivals.Note(Change("cli_1"), _time.GetUtcNow() - EventArrivals.Window);
        Assert.False(IsFresh(IdTypes.OpenId));
    }

    [Fact]
    public void UserId_LivesTheSameWithEvents()
    {
        _time.Advance(TimeSpan.FromMinutes(10));
        _arrivals.Note(Change("cli_1"), _time.GetUtcNow());
        Assert.False(IsFresh(IdTypes.OpenId | IdTypes.UserId));
        Assert.True(IsFresh(IdTypes.OpenId));
    }

    private bool IsFresh(IdTypes wanted) => _lifetimes.IsFresh(s_scope, _answer, IdType.UnionId, wanted, status: false, default);

    private static Change Change(string app) => new() { EventId = "e", Kind = ChangeKind.UserUpdated, Tenant = s_scope.Tenant, ToldTo = new AppId(app), Ends = new() };
}
