using IdentityGrpc.Core.Batching;
using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Resolution;

/// <summary>
/// Reads the id behind a contact: from memory what is fresh there, then from the shared cache, from the platform the rest, which then is
/// kept in both.
/// </summary>
public sealed class ContactReader(IIdentityCache cache, ISharedCache shared, Lifetimes lifetimes, Validity validity, IContactDigests digests, ILookup lookup,
    RefreshAhead<ContactLane, Contact>? ahead = null)
{
    private const int Sample = 16;

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
        using var begun = await BeginAsync(lane, contacts, freshness, call);
        ContactDigest[] keys = [.. contacts.Select(c => digests.Of(lane.Scope, c))];
        var fresh = FindFresh(lane, keys, freshness);
        var isShared = await FindSharedAsync(lane, keys, fresh, freshness, call);
        for (int i = 0; i < answers.Length; i++)
        {
            if (fresh[i] is { } kept)
            {
                answers[i] = ToResolved(lane, kept, isShared?[i] == true ? AnswerSource.SharedCache : AnswerSource.Memory);
                if (!freshness.CachedOnly && lifetimes.IsAging(kept)) ahead?.Offer(new(Apis.BatchGetId, lane.Scope), lane, contacts[i], RefreshAsync);
            }
            else if (freshness.CachedOnly) answers[i] = Resolved.Refused(Failure.NotCached);
            else missing.Add(i);
        }
        if (missing.Count == 0) return answers;
        var asking = lookup.FindByContactAsync(lane, missing.ConvertAll(i => contacts[i]), notBefore, call);
        begun?.Dispose(); // they have joined
        var found = await asking;
        await lookup.LetCallsLeaveAsync(lane, found.Length, call);
        for (int k = 0; k < found.Length; k++)
        {
            answers[missing[k]] = Keep(lane, keys[missing[k]], freshness, found[k]);
        }
        return answers;
    }

    // A few of many contacts tell how many memory lacks: to look at all of them is work that may have to wait itself.
    private ValueTask<IDisposable?> BeginAsync(ContactLane lane, IReadOnlyList<Contact> contacts, Freshness freshness, CallContext call)
    {
        if (freshness.CachedOnly || contacts.Count < PackedLookup.ManyKeys) return default;
        ContactDigest[] some = [.. Enumerable.Range(0, Sample).Select(i => digests.Of(lane.Scope, contacts[i * contacts.Count / Sample]))];
        int missing = FindFresh(lane, some, freshness).Count(f => f is null);
        return lookup.BeginAsync(lane, missing * contacts.Count / Sample, call);
    }

    /// <summary>Looks for what memory lacks; what is found goes into memory, even where it is not fresh enough: it may be served stale.</summary>
    /// <returns>Which answers came from there; null: none.</returns>
    private async Task<bool[]?> FindSharedAsync(ContactLane lane, ContactDigest[] contacts, Cached<ContactMatch>?[] fresh, Freshness freshness, CallContext call)
    {
        if (!shared.IsOpen || !freshness.MayUseCache) return null;
        int[] missing = [.. Enumerable.Range(0, contacts.Length).Where(i => fresh[i] is null)];
        if (missing.Length == 0) return null;
        ContactKey[] keys = Array.ConvertAll(missing, i => KeyOf(lane, contacts[i]));
        var found = await shared.FindAsync(keys, call);
        for (int k = 0; k < found.Length; k++)
        {
            if (found[k] is { } kept && !HasEnded(lane, keys[k].Contact, kept)) cache.Store(keys[k], kept);
        }
        int[] places = [.. missing.Where((_, k) => found[k] is not null)];
        var again = FindFresh(lane, Array.ConvertAll(places, i => contacts[i]), freshness);
        bool[] isShared = new bool[contacts.Length];
        for (int k = 0; k < places.Length; k++) isShared[places[k]] = (fresh[places[k]] = again[k]) is not null;
        return isShared;
    }

    private Resolved Keep(ContactLane lane, ContactDigest contact, Freshness freshness, Answer<ContactRow> answer)
    {
        if (!TryStore(lane, contact, answer, out var kept) && FindStale(lane, contact, freshness) is { } stale) return ToResolved(lane, stale, AnswerSource.Stale);
        return ToResolved(lane, kept, AnswerSource.Upstream);
    }

    private bool TryStore(ContactLane lane, ContactDigest contact, Answer<ContactRow> answer, out Cached<ContactMatch> kept)
    {
        var row = answer.Outcome.Value;
        // The platform is silent about the unknown, the invisible and the resigned alike (R25, R29).
        var failure = row is { Id: null } ? Failure.NotFound : answer.Outcome.Failure;
        kept = new(failure is null ? new(row!.Id!, row.Status) : null, failure, answer.AskedAt);
        if (failure is not null && !Lifetimes.IsKept(failure)) return false;
        cache.Store(KeyOf(lane, contact), kept);
        shared.Store(KeyOf(lane, contact), kept);
        return true;
    }

    private Cached<ContactMatch>? FindStale(ContactLane lane, ContactDigest contact, Freshness freshness) =>
        cache.Find(KeyOf(lane, contact)) is { } kept && !HasEnded(lane, contact, kept) && lifetimes.IsServableStale(kept, freshness) ? kept : null;

    private async Task<bool> RefreshAsync(ContactLane lane, IReadOnlyList<Contact> contacts, CallContext call)
    {
        var found = await lookup.FindByContactAsync(lane, contacts, notBefore: null, call);
        bool isAll = true;
        for (int i = 0; i < found.Length; i++) isAll &= TryStore(lane, digests.Of(lane.Scope, contacts[i]), found[i], out _);
        return isAll;
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

    private static ContactKey KeyOf(ContactLane lane, ContactDigest contact) => new(lane.Scope, contact, lane.IdType, lane.IncludeResigned);

    private static Resolved ToResolved(ContactLane lane, Cached<ContactMatch> answer, AnswerSource source) => new(answer.Value is { } match
        ? new FoundPerson
        {
            OpenId = lane.IdType == IdType.OpenId ? match.Id : null,
            UnionId = lane.IdType == IdType.UnionId ? match.Id : null,
            Status = match.Status,
        }
        : answer.Failure!, source, answer.AskedAt);
}
