using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Core.Tests.Changes;

/// <summary>Design §6 and §8: what ends by a change, and in which order.</summary>
public class ChangeIntakeTests
{
    private static readonly TenantKey s_tenant = new("t1");
    private static readonly App s_app = new("default", new("cli_1"), new("p"), [s_tenant]), s_sibling = new("sibling", new("cli_2"), new("p"), [s_tenant, new("t2")]),
        s_elsewhere = new("elsewhere", new("cli_3"), new("p"), [new("t2")]);
    private static readonly AppTenant s_scope = s_app.In(s_tenant);
    private static readonly PersonId s_person = PersonId.Of(s_scope, IdType.OpenId, "ou_1");

    private readonly ManualTimeProvider _time = new();
    private readonly TestDigests _digests = new();
    private readonly ChangeMaker _maker;
    private readonly MemoryWatermarks _marks;
    private readonly EventArrivals _arrivals;

    public ChangeIntakeTests()
    {
        _marks = new(new LocalClock(_time));
        _arrivals = new(new LocalClock(_time));
        _maker = new(new([s_app, s_sibling, s_elsewhere]), _digests, _arrivals);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Make_PersonWithContacts_EndsIdsAndTheContactsOfAllAppsOfTheTenant()
    {
        Assert.True(Contact.TryParseEmail("ada@ex.test", out var email, out _));
        var change = _maker.Make(Told(ChangeKind.UserUpdated) with { People = [s_person], Contacts = [email], ShowsContacts = true });
        Assert.Equal([s_person], change.Ends.People);
        Assert.Equal([_digests.Of(s_scope, email), _digests.Of(s_sibling.In(s_tenant), email)], change.Ends.Contacts);
        Assert.Null(change.Ends.MissesOf);
        Assert.Empty(change.Ends.Scopes);
    }

    [Fact]
    public void Make_ContactsNotShown_EndsTheTenantsMisses() =>
        Assert.Equal(s_tenant, _maker.Make(Told(ChangeKind.UserCreated) with { People = [s_person] }).Ends.MissesOf);

    // R14: an app without events of its own would go on finding the former holder of a contact that it was not told of.
    [Fact]
    public void Make_ContactsNotShown_EndsTheContactsOfAppsThatHearOfNothingThemselves()
    {
        var told = Told(ChangeKind.UserUpdated) with { People = [s_person] };
        Assert.Equal([s_sibling.In(s_tenant)], _maker.Make(told).Ends.ContactsOf);
        Assert.Empty(_maker.Make(told with { ShowsContacts = true }).Ends.ContactsOf);
        _arrivals.Note(_maker.Make(told with { Scope = s_sibling.In(s_tenant) }), _time.GetUtcNow());
        Assert.Empty(_maker.Make(told).Ends.ContactsOf);
    }

    [Fact]
    public void Make_NobodyNamed_EndsAllThatTheAppKnows() => Assert.Equal([s_scope], _maker.Make(Told(ChangeKind.UserUpdated)).Ends.Scopes);

    [Fact]
    public void Make_ScopeOrMovedDepartment_EndsAllThatTheAppKnows()
    {
        Assert.Equal([s_scope], _maker.Make(Told(ChangeKind.ScopeUpdated)).Ends.Scopes);
        Assert.Equal([s_scope], _maker.Make(Told(ChangeKind.DepartmentUpdated) with { Departments = ["od-a"], MayMovePeople = true }).Ends.Scopes);
    }

    [Fact]
    public void Make_RenamedDepartment_EndsNobody()
    {
        var change = _maker.Make(Told(ChangeKind.DepartmentUpdated) with { Departments = ["od-a"] });
        Assert.Equal(["od-a"], change.Departments);
        Assert.Empty(change.Ends.Scopes);
        Assert.Equal(s_tenant, change.Ends.DepartmentsOf);
    }

    [Fact]
    public async Task Take_BusFails_HasAppliedAndThrows()
    {
        var intake = new ChangeIntake(_marks, new BrokenBus(), _arrivals);
        await Assert.ThrowsAsync<ChangeBusException>(() => intake.TakeAsync(_maker.Make(Told(ChangeKind.UserUpdated) with { People = [s_person] }), Stop));
        Assert.Equal(_time.GetUtcNow(), _marks.EndOf(s_person));
    }

    [Fact]
    public async Task Take_SameEventAgain_EndsAnew()
    {
        var intake = new ChangeIntake(_marks, new LocalChangeBus(new LocalClock(_time)), _arrivals);
        var change = _maker.Make(Told(ChangeKind.UserUpdated) with { People = [s_person] });
        await intake.TakeAsync(change, Stop);
        _time.Advance(TimeSpan.FromMinutes(5));
        await intake.TakeAsync(change, Stop);
        Assert.Equal(_time.GetUtcNow(), _marks.EndOf(s_person));
    }

    [Fact]
    public async Task Arrive_AfterAChangeAndForADay_IsTrueForThatAppAlone()
    {
        Assert.False(_arrivals.Arrive(s_scope));
        await new ChangeIntake(_marks, new LocalChangeBus(new LocalClock(_time)), _arrivals).TakeAsync(_maker.Make(Told(ChangeKind.UserCreated)), Stop);
        Assert.True(_arrivals.Arrive(s_scope));
        Assert.False(_arrivals.Arrive(s_sibling.In(s_tenant)));
        _time.Advance(EventArrivals.Window);
        Assert.False(_arrivals.Arrive(s_scope));
    }

    private static DirectoryChange Told(ChangeKind kind) => new() { EventId = "e1", Kind = kind, Scope = s_scope };

    private sealed class BrokenBus : IChangeBus
    {
        public Task<DateTimeOffset> PublishAsync(Change change, CancellationToken cancellation) => throw new ChangeBusException("It is gone.");

        public Task<ChangePage> ReadAsync(ChangePosition? after, int most, CancellationToken cancellation) => throw new ChangeBusException("It is gone.");

        public Task WaitAsync(ChangePosition after, CancellationToken cancellation) => throw new ChangeBusException("It is gone.");
    }
}
