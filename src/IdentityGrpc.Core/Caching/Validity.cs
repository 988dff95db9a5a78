using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Caching;

/// <summary>
/// Says whether an answer has been ended by a change since it was asked for: the one place of that decision (design
/// §6). Besides its key, an answer ends with every id that it holds, since a change is told with the ids of one app.
/// </summary>
public sealed class Validity(IWatermarks marks, IContactDigests digests)
{
    /// <summary>Whether an answer about an id has ended.</summary>
    /// <param name="scope">Whose answer it is.</param>
    /// <param name="asked">The id that was asked about.</param>
    /// <param name="person">The answer; null: there is none.</param>
    /// <param name="askedAt">When it was asked for.</param>
    public bool HasEnded(AppTenant scope, PersonId asked, Person? person, DateTimeOffset askedAt)
    {
        if (askedAt > marks.Latest) return false;
        if (askedAt <= marks.EndOf(scope) || askedAt <= marks.EndOf(asked)) return true;
        return person is not null && HasEnded(scope, person, askedAt);
    }

    /// <summary>Whether what is said of a person has ended, whatever they were found by.</summary>
    public bool HasEnded(AppTenant scope, Person person, DateTimeOffset askedAt) => HasEnded(scope, person.OpenId, person.UnionId, person.UserId, askedAt);

    /// <summary>Whether what is said of the holder of these ids has ended; null: not said.</summary>
    public bool HasEnded(AppTenant scope, string? openId, string? unionId, string? userId, DateTimeOffset askedAt)
    {
        if (askedAt > marks.Latest) return false;
        return askedAt <= marks.EndOf(scope) || HasEnded(scope, IdType.OpenId, openId, askedAt)
            || HasEnded(scope, IdType.UnionId, unionId, askedAt) || HasEnded(scope, IdType.UserId, userId, askedAt);
    }

    /// <summary>Whether an answer about a contact has ended.</summary>
    /// <param name="scope">Whose answer it is.</param>
    /// <param name="contact">The contact.</param>
    /// <param name="idType">The kind of id asked for.</param>
    /// <param name="id">The answer; null: there is none.</param>
    /// <param name="askedAt">When it was asked for.</param>
    public bool HasEnded(AppTenant scope, Contact contact, IdType idType, string? id, DateTimeOffset askedAt) =>
        askedAt <= marks.Latest && HasEnded(scope, digests.Of(scope, contact), idType, id, askedAt);

    /// <inheritdoc cref="HasEnded(AppTenant, Contact, IdType, string?, DateTimeOffset)"/>
    public bool HasEnded(AppTenant scope, ContactDigest contact, IdType idType, string? id, DateTimeOffset askedAt)
    {
        if (askedAt > marks.Latest) return false;
        return askedAt <= marks.EndOf(scope) || askedAt <= marks.EndOf(contact) || askedAt <= marks.EndOfContacts(scope)
            || (id is null ? askedAt <= marks.EndOfMisses(scope.Tenant) : HasEnded(scope, idType, id, askedAt));
    }

    /// <summary>Whether a listing of departments has ended.</summary>
    public bool HasListingEnded(AppTenant scope, DateTimeOffset askedAt) =>
        askedAt <= marks.Latest && (askedAt <= marks.EndOf(scope) || askedAt <= marks.EndOfDepartments(scope.Tenant));

    private bool HasEnded(AppTenant scope, IdType type, string? id, DateTimeOffset askedAt) =>
        id is not null && askedAt <= marks.EndOf(PersonId.Of(scope, type, id));
}
