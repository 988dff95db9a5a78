using IdentityGrpc.Core.Batching;
using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Resolution;

/// <summary>
/// Reads people by id: from memory what is fresh there, then from the shared cache, from the platform the rest, which then is kept in both.
/// </summary>
public sealed class PersonReader(IIdentityCache cache, ISharedCache shared, Lifetimes lifetimes, Validity validity, ILookup lookup, RefreshAhead<IdLane, PersonId>? ahead = null)
{
    /// <summary>Reads people.</summary>
    /// <param name="scope">By whose eyes.</param>
    /// <param name="ids">Distinct ids of any kind.</param>
    /// <param name="wanted">What is asked of each.</param>
    /// <param name="notBefore">An answer asked for earlier does not count.</param>
    /// <param name="call">The call.</param>
    /// <returns>One answer an id, in the order of the ids.</returns>
    public async Task<Resolved[]> ReadAsync(AppTenant scope, IReadOnlyList<PersonId> ids, Wanted wanted, DateTimeOffset? notBefore, CallContext call)
    {
        var answers = new Resolved[ids.Count];
        var missing = new List<int>();
        PersonId[] asked = [.. ids];
        var fresh = FindFresh(scope, asked, wanted);
        var isShared = await FindSharedAsync(scope, asked, fresh, wanted, call);
        for (int i = 0; i < answers.Length; i++)
        {
            if (fresh[i] is { } kept)
            {
                answers[i] = ToResolved(kept, isShared?[i] == true ? AnswerSource.SharedCache : AnswerSource.Memory);
                if (!wanted.Freshness.CachedOnly && lifetimes.IsAging(scope, kept, ids[i].Type, wanted.Ids, wanted.Status)) ahead?.Offer(new(Apis.UsersBatch, scope), new(scope, ids[i].Type, Singly: false), ids[i], RefreshAsync);
            }
            else if (wanted.Freshness.CachedOnly) answers[i] = Resolved.Refused(Failure.NotCached);
            else missing.Add(i);
        }
        await Task.WhenAll(missing.GroupBy(i => ids[i].Type).Select(kind => AskAsync(scope, ids, [.. kind], wanted, notBefore, answers, call)));
        return answers;
    }

    /// <summary>Looks for what memory lacks; what is found goes into memory, even where it is not fresh enough: it may be served stale.</summary>
    /// <returns>Which answers came from there; null: none.</returns>
    private async Task<bool[]?> FindSharedAsync(AppTenant scope, PersonId[] ids, Cached<Person>?[] fresh, Wanted wanted, CallContext call)
    {
        if (!shared.IsOpen || !wanted.Freshness.MayUseCache) return null;
        int[] missing = [.. Enumerable.Range(0, ids.Length).Where(i => fresh[i] is null)];
        if (missing.Length == 0) return null;
        bool[] variants = wanted.IncludeResigned ? [false, true] : [false];
        var keys = variants.SelectMany(resigned => missing.Select(i => new PersonKey(scope, ids[i], resigned))).ToList();
        var found = await shared.FindAsync(keys, call);
        for (int i = 0; i < found.Length; i++)
        {
            if (found[i] is not { } kept || HasEnded(scope, keys[i].Id, kept)) continue;
            if (kept.Value is { } person) cache.StorePerson(scope, person, keys[i].IncludeResigned, kept.AskedAt, askedBy: keys[i].Id);
            else cache.Store(keys[i], kept.Failure!, kept.AskedAt);
        }
        // With several variants of an id, any may have been found.
        int[] places = [.. missing.Where((_, k) => Enumerable.Range(0, variants.Length).Any(v => found[v * missing.Length + k] is not null))];
        var again = FindFresh(scope, Array.ConvertAll(places, i => ids[i]), wanted);
        bool[] isShared = new bool[ids.Length];
        for (int k = 0; k < places.Length; k++) isShared[places[k]] = (fresh[places[k]] = again[k]) is not null;
        return isShared;
    }

    private async Task AskAsync(AppTenant scope, IReadOnlyList<PersonId> ids, List<int> places, Wanted wanted, DateTimeOffset? notBefore, Resolved[] answers, CallContext call)
    {
        await AskLaneAsync(singly: false, places);
        if (!wanted.IncludeResigned) return;
        // users/batch does not answer for the resigned (U34), users/:id does (R28).
        var perhapsResigned = places.FindAll(i => answers[i].Outcome.Failure?.Reason == FailureReason.NotFoundOrNotVisible);
        if (perhapsResigned.Count > 0) await AskLaneAsync(singly: true, perhapsResigned);

        async Task AskLaneAsync(bool singly, List<int> asked)
        {
            var lane = new IdLane(scope, ids[asked[0]].Type, singly);
            var found = await lookup.GetUsersAsync(lane, asked.ConvertAll(i => ids[i]), notBefore, call);
            for (int k = 0; k < found.Length; k++)
            {
                answers[asked[k]] = Keep(scope, ids[asked[k]], wanted, singly, found[k]);
            }
        }
    }

    private Resolved Keep(AppTenant scope, PersonId id, Wanted wanted, bool singly, Answer<Person> answer)
    {
        if (!TryStore(scope, id, singly, answer) && FindStale(scope, id, wanted) is { } stale) return ToResolved(stale, AnswerSource.Stale);
        return ToResolved(new(answer.Outcome.Value, answer.Outcome.Failure, answer.AskedAt), AnswerSource.Upstream, wanted.IncludeResigned);
    }

    private bool TryStore(AppTenant scope, PersonId id, bool singly, Answer<Person> answer)
    {
        // A row may lack the id that it was asked by, for want of the field scope.
        if (answer.Outcome.Value is { } person)
        {
            cache.StorePerson(scope, person, singly, answer.AskedAt, askedBy: id);
            shared.StorePerson(scope, person, singly, answer.AskedAt, askedBy: id);
        }
        else if (Lifetimes.IsKept(answer.Outcome.Failure!))
        {
            cache.Store(new PersonKey(scope, id, singly), answer.Outcome.Failure!, answer.AskedAt);
            shared.Store(new PersonKey(scope, id, singly), answer.Outcome.Failure!, answer.AskedAt);
        }
        else return false;
        return true;
    }

    private async Task<bool> RefreshAsync(IdLane lane, IReadOnlyList<PersonId> ids, CallContext call)
    {
        var found = await lookup.GetUsersAsync(lane, ids, notBefore: null, call);
        bool isAll = true;
        for (int i = 0; i < found.Length; i++) isAll &= TryStore(lane.Scope, ids[i], lane.Singly, found[i]);
        return isAll;
    }

    private Cached<Person>?[] FindFresh(AppTenant scope, PersonId[] ids, Wanted wanted)
    {
        var found = FindFresh(scope, ids, includeResigned: false, wanted);
        if (!wanted.IncludeResigned) return Array.ConvertAll(found, f => f is null ? null : Filtered(f, includeResigned: false));
        // That somebody is no member says nothing of the resigned.
        int[] others = [.. Enumerable.Range(0, ids.Length).Where(i => found[i]?.Value is null)];
        if (others.Length == 0) return found;
        var resigned = FindFresh(scope, Array.ConvertAll(others, i => ids[i]), includeResigned: true, wanted);
        for (int k = 0; k < others.Length; k++) found[others[k]] = resigned[k];
        return found;
    }

    private Cached<Person>?[] FindFresh(AppTenant scope, PersonId[] ids, bool includeResigned, Wanted wanted)
    {
        var found = new Cached<Person>?[ids.Length];
        cache.Find(scope, ids, includeResigned, found);
        for (int i = 0; i < found.Length; i++)
        {
            if (found[i] is { } kept && (HasEnded(scope, ids[i], kept) || !lifetimes.IsFresh(scope, kept, ids[i].Type, wanted.Ids, wanted.Status, wanted.Freshness))) found[i] = null;
        }
        return found;
    }

    private Cached<Person>? FindStale(AppTenant scope, PersonId id, Wanted wanted)
    {
        foreach (bool includeResigned in (ReadOnlySpan<bool>)[false, true])
        {
            if ((includeResigned && !wanted.IncludeResigned) || cache.Find(new PersonKey(scope, id, includeResigned)) is not { } answer || HasEnded(scope, id, answer)) continue;
            if (lifetimes.IsServableStale(scope, answer, id.Type, wanted.Ids, wanted.Status, wanted.Freshness)) return Filtered(answer, wanted.IncludeResigned);
        }
        return null;
    }

    private bool HasEnded(AppTenant scope, PersonId id, Cached<Person> kept) => validity.HasEnded(scope, id, kept.Value, kept.AskedAt);

    private static Resolved ToResolved(Cached<Person> answer, AnswerSource source, bool includeResigned = true)
    {
        var shown = Filtered(answer, includeResigned);
        return new(shown.Value is { } person ? FoundPerson.From(person) : shown.Failure!, source, answer.AskedAt);
    }

    // A platform whose users/batch does answer for the resigned (U34) must not change what callers see (R27).
    private static Cached<Person> Filtered(Cached<Person> answer, bool includeResigned) =>
        !includeResigned && answer.Value?.Status == UserStatus.Resigned ? new(null, Failure.NotFound, answer.AskedAt) : answer;
}
