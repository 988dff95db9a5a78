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

/// <summary>
/// Keeps answers, as many as fit. Whether one is still fresh is for <see cref="Lifetimes"/> to say, whether a change has ended it for
/// <see cref="Validity"/>.
/// </summary>
/// <remarks>
/// An older answer never replaces a younger one. What a younger answer contradicts goes altogether: where a person's user_id has come
/// to lead to somebody else or to nobody, nothing older about its former holder is found under their other ids either (R14, R16).
/// </remarks>
public interface IIdentityCache
{
    /// <summary>What is kept of a person.</summary>
    Cached<Person>? Find(PersonKey key);

    /// <summary>What is kept of a contact.</summary>
    Cached<ContactMatch>? Find(ContactKey key);

    /// <summary>What is kept of people.</summary>
    /// <param name="scope">By whose eyes.</param>
    /// <param name="ids">Their ids, of any kind.</param>
    /// <param name="includeResigned">See <see cref="PersonKey"/>.</param>
    /// <param name="found">Where the answers go, one an id; null: nothing is kept.</param>
    void Find(AppTenant scope, ReadOnlySpan<PersonId> ids, bool includeResigned, Span<Cached<Person>?> found);

    /// <summary>What is kept of contacts.</summary>
    /// <param name="scope">By whose eyes.</param>
    /// <param name="contacts">Their digests.</param>
    /// <param name="idType">The kind of id.</param>
    /// <param name="includeResigned">See <see cref="ContactKey"/>.</param>
    /// <param name="found">Where the answers go, one a contact; null: nothing is kept.</param>
    void Find(AppTenant scope, ReadOnlySpan<ContactDigest> contacts, IdType idType, bool includeResigned, Span<Cached<ContactMatch>?> found);

    /// <summary>
    /// Keeps a person under every id that the answer carries. The user_id of somebody who has resigned, or of whom that is not
    /// known, may be another person's by now (R16): it does not lead to them unless they were asked for by it.
    /// </summary>
    /// <param name="scope">By whose eyes.</param>
    /// <param name="person">The person.</param>
    /// <param name="includeResigned">See <see cref="PersonKey"/>.</param>
    /// <param name="askedAt">When the platform was asked.</param>
    /// <param name="askedBy">The id that was asked about, which leads to the answer even where the answer withholds it; null: none.</param>
    void StorePerson(AppTenant scope, Person person, bool includeResigned, DateTimeOffset askedAt, PersonId? askedBy = null);

    /// <summary>Keeps that an id has no answer.</summary>
    void Store(PersonKey key, Failure failure, DateTimeOffset askedAt);

    /// <summary>Keeps an answer about a contact.</summary>
    void Store(ContactKey key, Cached<ContactMatch> answer);

    /// <summary>What the cache holds and how it has fared.</summary>
    CacheFigures Figures();
}
