using System.Collections.Concurrent;
using IdentityGrpc.Core.Batching;
using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Resolution;
using IdentityGrpc.Core.Tests.Changes;
using IdentityGrpc.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace IdentityGrpc.Core.Tests.Resolution;

/// <summary>A company of three, as two apps of one provider and one of another see it, and what was asked about it.</summary>
internal sealed class ScriptedLookup(ManualTimeProvider time) : ILookup
{
    public static readonly AppTenant A = new(new("cli_a"), new("p"), new("t"));
    public static readonly AppTenant B = new(new("cli_b"), new("p"), new("t"));
    public static readonly AppTenant Stranger = new(new("cli_s"), new("q"), new("t"));

    public ConcurrentQueue<string> Asked { get; } = [];

    public Failure? Trouble { get; set; }

    public Failure? UsersTrouble { get; set; }

    public bool WithholdUserIds { get; set; }

    public static CallContext Call { get; } = new(Priority.Interactive, null, "test", CancellationToken.None);

    /// <summary>How many questions have begun, and not joined yet.</summary>
    public int Begun { get; private set; }

    /// <summary>How many keys the last of them was about to ask for.</summary>
    public int KeysBegun { get; private set; }

    /// <summary>What questions wait for before they begin.</summary>
    public Task Beginning { get; set; } = Task.CompletedTask;

    /// <summary>What long answers wait for before they are kept.</summary>
    public Task Ending { get; set; } = Task.CompletedTask;

    /// <summary>How many answers waited last.</summary>
    public int AnswersEnding { get; private set; }

    public async ValueTask LetCallsLeaveAsync(ContactLane lane, int answers, CallContext call)
    {
        AnswersEnding = answers;
        await Ending;
    }

    public async ValueTask<IDisposable?> BeginAsync(ContactLane lane, int keys, CallContext call)
    {
        await Beginning;
        Begun++;
        KeysBegun = keys;
        return new Begin(() => Begun--);
    }

    public Task<Answer<ContactRow>[]> FindByContactAsync(ContactLane lane, IReadOnlyList<Contact> contacts, DateTimeOffset? notBefore, CallContext call)
    {
        Asked.Enqueue($"contacts {lane.IdType} {contacts.Count}");
        return Task.FromResult(contacts.Select(c => new Answer<ContactRow>(Trouble is { } t ? t : Row(lane, c), time.GetUtcNow())).ToArray());
    }

    public Task<Answer<Person>[]> GetUsersAsync(IdLane lane, IReadOnlyList<PersonId> ids, DateTimeOffset? notBefore, CallContext call)
    {
        Asked.Enqueue($"{lane.Scope.App} {lane.IdType}{(lane.Singly ? " singly" : "")} {ids.Count}");
        return Task.FromResult(ids.Select(i => new Answer<Person>((Trouble ?? UsersTrouble) is { } t ? t : PersonOf(lane, i), time.GetUtcNow())).ToArray());
    }

    public static string Name(IdType type, AppTenant scope, string person) => type switch
    {
        IdType.OpenId => $"ou_{scope.App}_{person}",
        IdType.UnionId => $"on_{scope.Provider}_{person}",
        _ => person,
    };

    private sealed class Begin(Action end) : IDisposable
    {
        private Action? _end = end;

        public void Dispose() => Interlocked.Exchange(ref _end, null)?.Invoke();
    }

    private static ContactRow Row(ContactLane lane, Contact contact)
    {
        string person = contact.Value.Split('@')[0];
        bool isFound = person is "ada" or "bob" || (person == "gone" && lane.IncludeResigned);
        return new(contact, isFound ? Name(lane.IdType, lane.Scope, person) : null, isFound ? UserStatus.Activated : null);
    }

    private Outcome<Person> PersonOf(IdLane lane, PersonId id)
    {
        foreach (string person in (string[])["ada", "bob", "gone"])
        {
            if (id.Value != Name(lane.IdType, lane.Scope, person)) continue;
            if (person == "gone" && !lane.Singly) return Failure.NotFound;
            return new Person
            {
                OpenId = Name(IdType.OpenId, lane.Scope, person),
                UnionId = Name(IdType.UnionId, lane.Scope, person),
                UserId = WithholdUserIds ? null : person,
                Status = person == "gone" ? UserStatus.Resigned : UserStatus.Activated,
            };
        }
        return Failure.NotFound;
    }
}

/// <summary>The resolution chain above a <see cref="ScriptedLookup"/>.</summary>
internal sealed class Chain
{
    public Chain()
    {
        Lookup = new(Time);
        var clock = new LocalClock(Time);
        var digests = new TestDigests();
        var lifetimes = new Lifetimes(new CacheOptions(), clock, new EventArrivals(clock));
        var cache = new MemoryIdentityCache(new CacheOptions());
        var validity = new Validity(Watermarks = new(clock), digests);
        PeopleAhead = new(Budget, Time, NullLogger<RefreshAhead<IdLane, PersonId>>.Instance);
        ContactsAhead = new(Budget, Time, NullLogger<RefreshAhead<ContactLane, Contact>>.Instance);
        var people = new PersonReader(cache, Shared, lifetimes, validity, Lookup, PeopleAhead);
        Contacts = new(new ContactReader(cache, Shared, lifetimes, validity, digests, Lookup, ContactsAhead), people, validity, Watermarks);
        Ids = new(people, validity, Watermarks);
    }

    public ManualTimeProvider Time { get; } = new();

    public ScriptedLookup Lookup { get; }

    public MemoryWatermarks Watermarks { get; }

    public ScriptedBudget Budget { get; } = new();

    public FakeSharedCache Shared { get; } = new();

    public RefreshAhead<IdLane, PersonId> PeopleAhead { get; }

    public RefreshAhead<ContactLane, Contact> ContactsAhead { get; }

    public ContactResolver Contacts { get; }

    public IdConverter Ids { get; }

    public Task<Resolved[]> ResolveAsync(Wanted wanted, params string[] emails) => Contacts.ResolveAsync(ScriptedLookup.A, [.. emails.Select(Read)], wanted, ScriptedLookup.Call);

    public Task<Resolved[]> ConvertAsync(Wanted wanted, params string[] ids) => ConvertAsync(ScriptedLookup.A, wanted, ids);

    public Task<Resolved[]> ConvertAsync(AppTenant target, Wanted wanted, params string[] ids) => Ids.ConvertAsync(ScriptedLookup.A, target,
        [.. ids.Select(i => PersonId.TryParse(ScriptedLookup.A, null, i, out var id, out string? problem) ? (Asked<PersonId>)id : Failure.Invalid(problem))],
        wanted, ScriptedLookup.Call);

    private static Asked<Contact> Read(string email) =>
        Contact.TryParseEmail(email, out var contact, out string? problem) ? contact : Failure.Invalid(problem);
}
