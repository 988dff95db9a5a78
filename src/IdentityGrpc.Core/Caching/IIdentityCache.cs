using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Caching;

/// <summary>The key of a person: what an app in a tenant sees under an id, with or without the resigned.</summary>
/// <param name="Scope">By whose eyes.</param>
/// <param name="Id">The id.</param>
/// <param name="IncludeResigned">Whether the answer also holds for resigned people (R27).</param>
public readonly record struct PersonKey(AppTenant Scope, PersonId Id, bool IncludeResigned);

/// <summary>The key of a contact: everything that changes the answer of <c>batch_get_id</c>.</summary>
/// <param name="Scope">By whose eyes.</param>
/// <param name="Contact">The contact's digest.</param>
/// <param name="IdType">The kind of id that is kept.</param>
/// <param name="IncludeResigned">Whether resigned people count (R27).</param>
public readonly record struct ContactKey(AppTenant Scope, ContactDigest Contact, IdType IdType, bool IncludeResigned);

/// <summary>Keeps answers. Whether one is still fresh is for <see cref="Lifetimes"/> to say.</summary>
public interface IIdentityCache
{
    /// <summary>What is kept of a person.</summary>
    Cached<Person>? Find(PersonKey key);

    /// <summary>What is kept of a contact.</summary>
    Cached<ContactMatch>? Find(ContactKey key);

    /// <summary>Keeps an answer, unless a younger one is kept already.</summary>
    void Store(PersonKey key, Cached<Person> answer);

    /// <summary>Keeps an answer, unless a younger one is kept already.</summary>
    void Store(ContactKey key, Cached<ContactMatch> answer);
}

/// <summary>Ways to keep answers.</summary>
public static class IdentityCacheExtensions
{
    /// <summary>
    /// Keeps a person under every id that the answer carries. The user_id of somebody who has resigned, or of whom that is not
    /// known, may be another person's by now (R16): it does not lead to them unless they were asked for by it.
    /// </summary>
    public static void StoreUnderAllIds(this IIdentityCache cache, AppTenant scope, Person person, bool includeResigned, DateTimeOffset askedAt)
    {
        var answer = new Cached<Person>(person, null, askedAt);
        bool holdsUserId = person.Status is not (null or UserStatus.Resigned);
        foreach (var type in (ReadOnlySpan<IdType>)[IdType.OpenId, IdType.UnionId, IdType.UserId])
        {
            if (person.Id(type) is { } id && (type != IdType.UserId || holdsUserId)) cache.Store(new(scope, PersonId.Of(scope, type, id), includeResigned), answer);
        }
    }
}
