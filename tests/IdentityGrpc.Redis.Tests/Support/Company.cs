using System.Collections.Concurrent;
using IdentityGrpc.Core.Batching;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Redis.Tests.Support;

/// <summary>The truth about people, as the platform tells it to every replica.</summary>
internal sealed class Company
{
    public static readonly App App = new("default", new("cli_a"), new("p"), [new("t")]);
    public static readonly App Sibling = new("sibling", new("cli_b"), new("p"), [new("t")]);
    public static readonly AppTenant Scope = App.In(new("t"));
    private long _asked;

    public ConcurrentDictionary<string, Person> ByEmail { get; } = new();

    /// <summary>Keys that were asked for.</summary>
    public long Asked => Volatile.Read(ref _asked);

    /// <summary>Completes before answers leave the platform; they were made before.</summary>
    public Task Road { get; set; } = Task.CompletedTask;

    public static PersonId Id(IdType type, string value) => PersonId.Of(Scope, type, value);

    public static Contact Email(string email) => Contact.TryParseEmail(email, out var contact, out _) ? contact : throw new ArgumentException("No e-mail.", nameof(email));

    public Person Add(string name, string? userId = null, UserStatus status = UserStatus.Activated)
    {
        var person = new Person { OpenId = $"ou_{name}", UnionId = $"on_{name}", UserId = userId ?? name, Status = status };
        return ByEmail[$"{name}@corp.test"] = person;
    }

    public async Task<Answer<T>[]> AnswerAsync<T>(int keys, Func<int, Outcome<T>> answer, ISharedClock clock) where T : class
    {
        var askedAt = clock.Now;
        Interlocked.Add(ref _asked, keys);
        var answers = Enumerable.Range(0, keys).Select(i => new Answer<T>(answer(i), askedAt)).ToArray();
        await Road;
        return answers;
    }
}

/// <summary>The platform as one replica asks it.</summary>
internal sealed class CompanyLookup(Company company, ISharedClock clock) : ILookup
{
    public Task<Answer<ContactRow>[]> FindByContactAsync(ContactLane lane, IReadOnlyList<Contact> contacts, DateTimeOffset? notBefore, CallContext call) =>
        company.AnswerAsync<ContactRow>(contacts.Count, i => company.ByEmail.TryGetValue(contacts[i].Value, out var person)
            ? new ContactRow(contacts[i], person.Id(lane.IdType), person.Status) : Failure.NotFound, clock);

    public Task<Answer<Person>[]> GetUsersAsync(IdLane lane, IReadOnlyList<PersonId> ids, DateTimeOffset? notBefore, CallContext call) =>
        company.AnswerAsync<Person>(ids.Count, i => company.ByEmail.Values
            .FirstOrDefault(p => p.Id(lane.IdType) == ids[i].Value && (lane.Singly || p.Status != UserStatus.Resigned)) is { } person ? person : Failure.NotFound, clock);
}

/// <summary>Digests without a key.</summary>
internal sealed class TestDigests : IContactDigests
{
    public ContactDigest Of(AppTenant scope, Contact contact) =>
        ContactDigest.From(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{scope.App}\n{scope.Tenant}\n{contact.Kind}\n{contact.Value}")));
}
