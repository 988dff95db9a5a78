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
        for (int i = 0; i < answers.Length; i++)
        {
            if (Find(KeyOf(lane, contacts[i])) is { } kept && lifetimes.IsFresh(kept, freshness)) answers[i] = ToResolved(lane, kept, AnswerSource.Memory);
            else if (freshness.CachedOnly) answers[i] = Resolved.Refused(Failure.NotCached);
            else missing.Add(i);
        }
        if (missing.Count == 0) return answers;
        var found = await lookup.FindByContactAsync(lane, missing.ConvertAll(i => contacts[i]), notBefore, call);
        for (int k = 0; k < found.Length; k++)
        {
            answers[missing[k]] = Keep(lane, contacts[missing[k]], freshness, found[k]);
        }
        return answers;
    }

    private Resolved Keep(ContactLane lane, Contact contact, Freshness freshness, Answer<ContactRow> answer)
    {
        var row = answer.Outcome.Value;
        // The platform is silent about the unknown, the invisible and the resigned alike (R25, R29).
        var failure = row is { Id: null } ? Failure.NotFound : answer.Outcome.Failure;
        var cached = new Cached<ContactMatch>(failure is null ? new(row!.Id!, row.Status) : null, failure, answer.AskedAt);
        var key = KeyOf(lane, contact);
        if (failure is null || Lifetimes.IsKept(failure)) cache.Store(key, cached);
        else if (Find(key) is { } kept && lifetimes.IsServableStale(kept, freshness)) return ToResolved(lane, kept, AnswerSource.Stale);
        return ToResolved(lane, cached, AnswerSource.Upstream);
    }

    private Cached<ContactMatch>? Find(ContactKey key) =>
        cache.Find(key) is { } kept && !validity.HasEnded(key.Scope, key.Contact, key.IdType, kept.Value?.Id, kept.AskedAt) ? kept : null;

    private ContactKey KeyOf(ContactLane lane, Contact contact) => new(lane.Scope, digests.Of(lane.Scope, contact), lane.IdType, lane.IncludeResigned);

    private static Resolved ToResolved(ContactLane lane, Cached<ContactMatch> answer, AnswerSource source) => new(answer.Value is { } match
        ? new FoundPerson
        {
            OpenId = lane.IdType == IdType.OpenId ? match.Id : null,
            UnionId = lane.IdType == IdType.UnionId ? match.Id : null,
            Status = match.Status,
        }
        : answer.Failure!, source, answer.AskedAt);
}
