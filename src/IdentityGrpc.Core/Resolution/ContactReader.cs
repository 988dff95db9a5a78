using IdentityGrpc.Core.Batching;
using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Resolution;

/// <summary>Reads the id behind a contact: from the cache what is fresh there, from the platform the rest, which then is cached.</summary>
public sealed class ContactReader(IIdentityCache cache, Lifetimes lifetimes, Validity validity, IContactDigests digests, ILookup lookup)
{
    /// <summary>Reads ids.</summary>
    /// <param name="lane">By whose eyes, and which kind of id.</param>
    /// <param name="contacts">Distinct contacts.</param>
    /// <param name="freshness">How old answers may be.</param>
    /// <param name="notBefore">An answer asked for earlier does not count.</param>
    /// <param name="call">The call.</param>
    /// <returns>One answer a contact, in their order, with the id of the lane's kind and the status.</returns>
    public async Task<Resolved[]> ReadAsync(ContactLane lane, IReadOnlyList<Contact> contacts, Freshness freshness, DateTimeOffset? notBefore, CallContext call)
    {
        var answers = new Resolved[contacts.Count];
        var missing = new List<int>();
        ContactDigest[] keys = [.. contacts.Select(c => digests.Of(lane.Scope, c))];
        var fresh = FindFresh(lane, keys, freshness);
        for (int i = 0; i < answers.Length; i++)
        {
            if (fresh[i] is { } kept) answers[i] = ToResolved(lane, kept, AnswerSource.Memory);
            else if (freshness.CachedOnly) answers[i] = Resolved.Refused(Failure.NotCached);
            else missing.Add(i);
        }
        if (missing.Count == 0) return answers;
        var found = await lookup.FindByContactAsync(lane, missing.ConvertAll(i => contacts[i]), notBefore, call);
        for (int k = 0; k < found.Length; k++)
        {
            answers[missing[k]] = Keep(lane, keys[missing[k]], freshness, found[k]);
        }
        return answers;
    }

    private Resolved Keep(ContactLane lane, ContactDigest contact, Freshness freshness, Answer<ContactRow> answer)
    {
        var row = answer.Outcome.Value;
        // The platform is silent about the unknown, the invisible and the resigned alike (R25, R29).
        var failure = row is { Id: null } ? Failure.NotFound : answer.Outcome.Failure;
        var cached = new Cached<ContactMatch>(failure is null ? new(row!.Id!, row.Status) : null, failure, answer.AskedAt);
        var key = new ContactKey(lane.Scope, contact, lane.IdType, lane.IncludeResigned);
        if (failure is null || Lifetimes.IsKept(failure)) cache.Store(key, cached);
        else if (cache.Find(key) is { } kept && !HasEnded(lane, contact, kept) && lifetimes.IsServableStale(kept, freshness)) return ToResolved(lane, kept, AnswerSource.Stale);
        return ToResolved(lane, cached, AnswerSource.Upstream);
    }

    private Cached<ContactMatch>?[] FindFresh(ContactLane lane, ContactDigest[] contacts, Freshness freshness)
    {
        var found = new Cached<ContactMatch>?[contacts.Length];
        cache.Find(lane.Scope, contacts, lane.IdType, lane.IncludeResigned, found);
        for (int i = 0; i < found.Length; i++)
        {
            if (found[i] is { } kept && (HasEnded(lane, contacts[i], kept) || !lifetimes.IsFresh(kept, freshness))) found[i] = null;
        }
        return found;
    }

    private bool HasEnded(ContactLane lane, ContactDigest contact, Cached<ContactMatch> kept) =>
        validity.HasEnded(lane.Scope, contact, lane.IdType, kept.Value?.Id, kept.AskedAt);

    private static Resolved ToResolved(ContactLane lane, Cached<ContactMatch> answer, AnswerSource source) => new(answer.Value is { } match
        ? new FoundPerson
        {
            OpenId = lane.IdType == IdType.OpenId ? match.Id : null,
            UnionId = lane.IdType == IdType.UnionId ? match.Id : null,
            Status = match.Status,
        }
        : answer.Failure!, source, answer.AskedAt);
}
