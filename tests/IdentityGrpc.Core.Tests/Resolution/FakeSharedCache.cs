using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Tests.Resolution;

/// <summary>What another replica has shared, and how often it was asked for. Closed until a test opens it.</summary>
internal sealed class FakeSharedCache : ISharedCache
{
    public Dictionary<PersonKey, Cached<Person>> People { get; } = [];

    public Dictionary<ContactKey, Cached<ContactMatch>> Contacts { get; } = [];

    public int Flushes { get; private set; }

    public bool IsOpen { get; set; }

    public Task<Cached<Person>?[]> FindAsync(IReadOnlyList<PersonKey> keys, CallContext call)
    {
        Flushes++;
        return Task.FromResult(keys.Select(k => People.GetValueOrDefault(k)).ToArray());
    }

    public Task<Cached<ContactMatch>?[]> FindAsync(IReadOnlyList<ContactKey> keys, CallContext call)
    {
        Flushes++;
        return Task.FromResult(keys.Select(k => Contacts.GetValueOrDefault(k)).ToArray());
    }

    public void StorePerson(AppTenant scope, Person person, bool includeResigned, DateTimeOffset askedAt, PersonId? askedBy = null)
    {
        foreach (var id in AnsweredIds.Of(scope, askedBy, person)) People[new(scope, id, includeResigned)] = new(person, null, askedAt);
    }

    public void Store(PersonKey key, Failure failure, DateTimeOffset askedAt) => People[key] = new(null, failure, askedAt);

    public void Store(ContactKey key, Cached<ContactMatch> answer) => Contacts[key] = answer;
}
