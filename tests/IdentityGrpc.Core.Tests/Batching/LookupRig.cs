using IdentityGrpc.Core.Batching;
using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Telemetry;
using IdentityGrpc.Core.Tests.Changes;
using IdentityGrpc.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace IdentityGrpc.Core.Tests.Batching;

/// <summary>A lookup over a scripted platform, on a manual clock unless told otherwise.</summary>
internal sealed class LookupRig : IDisposable
{
    public static readonly AppTenant Scope = new(new("cli_test"), new("provider"), new("tenant"));
    public static readonly ContactLane Contacts = new(Scope, IdType.OpenId, IncludeResigned: false);
    public static readonly IdLane OpenIds = new(Scope, IdType.OpenId, Singly: false), UserIds = new(Scope, IdType.UserId, Singly: false);

    /// <summary>A budget that never holds anything back.</summary>
    public static readonly BudgetOptions Boundless = new() { Default = new(10_000, 600_000) };

    public LookupRig(BatchingOptions? options = null, BudgetOptions? budget = null, TimeProvider? time = null)
    {
        Budget = new(budget ?? Boundless, time ?? Clock, Metrics);
        Told = new(Budget);
        Watermarks = new(new LocalClock(time ?? Clock));
        Lookup = new(Directory, Told, Watermarks, new(Watermarks, new TestDigests()), options ?? new(), time ?? Clock, Metrics, NullLogger<PackedLookup>.Instance);
    }

    /// <summary>How many calls <see cref="Holding"/> has under way at most.</summary>
    public const int UnderWay = 2;

    /// <summary>A lookup with few calls under way at most, whose platform answers when it is told to.</summary>
    public static LookupRig Holding(BudgetOptions? budget = null)
    {
        var rig = new LookupRig(new() { CallsInFlight = UnderWay }, budget);
        rig.Directory.Holds = true;
        return rig;
    }

    public ManualTimeProvider Clock { get; } = new();

    public CoreMetrics Metrics { get; } = new();

    public ScriptedDirectory Directory { get; } = new();

    public LocalBudget Budget { get; }

    public ToldBudget Told { get; }

    public MemoryWatermarks Watermarks { get; }

    public PackedLookup Lookup { get; }

    public static Contact Email(string name) => Contact.TryParseEmail($"{name}@x.test", out var contact, out var problem) ? contact : throw new ArgumentException(problem);

    public static Contact Mobile(int number) => Contact.TryParseMobile($"+8613{number:D9}", out var contact, out var problem) ? contact : throw new ArgumentException(problem);

    public static PersonId OpenId(string name) => PersonId.Of(Scope, IdType.OpenId, $"ou_{name}");

    public static PersonId UserId(string name) => PersonId.Of(Scope, IdType.UserId, name);

    public CallContext Call(Priority priority = Priority.Interactive, TimeSpan? within = null, string caller = "caller", CancellationTokenSource? cancel = null) =>
        new(priority, Clock.GetUtcNow() + within, caller, cancel?.Token ?? TestContext.Current.CancellationToken);

    public async Task<Answer<ContactRow>> FindAsync(Contact contact, CallContext? call = null, DateTimeOffset? notBefore = null) =>
        Assert.Single(await Lookup.FindByContactAsync(Contacts, [contact], notBefore, call ?? Call()));

    /// <summary>Asks for so many contacts at once.</summary>
    public Task<Answer<ContactRow>[]> FindAsync(int contacts, CallContext? call = null) =>
        Lookup.FindByContactAsync(Contacts, [.. Enumerable.Range(0, contacts).Select(i => Email($"e{i}"))], null, call ?? Call());

    public async Task<Answer<Person>> GetAsync(PersonId id, CallContext? call = null, DateTimeOffset? notBefore = null, IdLane? lane = null) =>
        Assert.Single(await Lookup.GetUsersAsync(lane ?? (id.Type == IdType.OpenId ? OpenIds : UserIds), [id], notBefore, call ?? Call()));

    /// <summary>Waits for something that other threads do, without moving the clock.</summary>
    public static async Task UntilAsync(Func<bool> done)
    {
        while (!done())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public static void AssertRight(Contact contact, Answer<ContactRow> answer)
    {
        Assert.Null(answer.Outcome.Failure);
        Assert.Equal((contact, ScriptedDirectory.IdOf(contact.Value)), (answer.Outcome.Value!.Contact, answer.Outcome.Value.Id));
    }

    public static void AssertRight(PersonId id, Answer<Person> answer)
    {
        Assert.Null(answer.Outcome.Failure);
        Assert.Equal(ScriptedDirectory.PersonOf(Scope, id.Type, id.Value), answer.Outcome.Value);
    }

    public void Dispose()
    {
        Budget.Dispose();
        Metrics.Dispose();
    }
}
