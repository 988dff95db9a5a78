using IdentityGrpc.Core.Batching;
using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Resolution;

/// <summary>
/// Resolves contacts. One kind of id that <c>batch_get_id</c> gives by itself takes one step; everything else goes
/// through the identity of the found open_id, which is usually cached (design §4).
/// </summary>
public sealed class ContactResolver(ContactReader contacts, PersonReader people, Validity validity, IWatermarks marks)
{
    /// <summary>Resolves contacts, each read or the failure that reading it gave.</summary>
    /// <returns>One answer a contact, in their order.</returns>
    public async Task<Resolved[]> ResolveAsync(AppTenant scope, IReadOnlyList<Asked<Contact>> keys, Wanted wanted, CallContext call)
    {
        var distinct = new Distinct<Contact>(keys.Count);
        int[] places = [.. keys.Select(k => k.Problem is null ? distinct.Add(k.Key) : -1)];
        var found = await CurrentAnswers.EnsureAsync(distinct.Keys, ReadAsync, (contact, answer) => HasEnded(scope, contact, answer), Resolved.GiveUp);
        return Resolved.InPlaces(keys, found, places);

        Task<Resolved[]> ReadAsync(IReadOnlyList<Contact> contacts, bool isAgain)
        {
            var now = isAgain ? wanted.Anew : wanted;
            return this.ReadAsync(scope, contacts, now, marks.NotBefore(now.Freshness), call);
        }
    }

    private async Task<Resolved[]> ReadAsync(AppTenant scope, IReadOnlyList<Contact> keys, Wanted wanted, DateTimeOffset? notBefore, CallContext call)
    {
        if (keys.Count == 0) return [];
        // U9: batch_get_id hides a missing user_id scope as a miss, so a user_id is never asked of it.
        bool oneStep = wanted.Ids is IdTypes.OpenId or IdTypes.UnionId;
        var lane = new ContactLane(scope, wanted.Ids == IdTypes.UnionId ? IdType.UnionId : IdType.OpenId, wanted.IncludeResigned);
        var found = await contacts.ReadAsync(lane, keys, wanted.Freshness, notBefore, call);
        if (oneStep) return found;

        int[] known = [.. Enumerable.Range(0, found.Length).Where(i => found[i].Outcome.Succeeded)];
        var openIds = new Distinct<PersonId>(known.Length);
        int[] places = [.. known.Select(i => openIds.Add(PersonId.Of(scope, IdType.OpenId, found[i].Outcome.Value!.OpenId!)))];
        var identities = await people.ReadAsync(scope, openIds.Keys, wanted, notBefore, call);
        for (int k = 0; k < known.Length; k++)
        {
            found[known[k]] = Join(found[known[k]], identities[places[k]]);
        }
        return found;
    }

    private bool HasEnded(AppTenant scope, Contact contact, Resolved answer)
    {
        if (answer.IsPassing || answer.AskedAt is not { } askedAt) return false;
        var person = answer.Outcome.Value;
        var (type, id) = person?.OpenId is { } openId ? (IdType.OpenId, openId) : (IdType.UnionId, person?.UnionId);
        return validity.HasEnded(scope, contact, type, id, askedAt) || (person is not null && validity.HasEnded(scope, person.OpenId, person.UnionId, person.UserId, askedAt));
    }

    // The app may look contacts up and not read people: then the open_id stands, and the rest is withheld.
    private static Resolved Join(Resolved contact, Resolved identity) =>
        identity.Outcome.Failure is { Reason: FailureReason.NoPermission } failure && contact.Outcome.Value is { } person
            ? contact with { Outcome = person with { MissingScopes = failure.MissingScopes } }
            : identity.After(contact);
}

internal static class FreshnessExtensions
{
    /// <summary>The time before which an answer must not have been asked for; null: the cache's lifetimes rule.</summary>
    public static DateTimeOffset? NotBefore(this IWatermarks marks, Freshness freshness) =>
        freshness.MaxAge is { } age ? marks.Now - age : null;
}
