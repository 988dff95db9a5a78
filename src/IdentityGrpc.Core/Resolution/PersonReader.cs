using IdentityGrpc.Core.Batching;
using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Resolution;

/// <summary>Reads people by id: from the cache what is fresh there, from the platform the rest, which then is cached.</summary>
public sealed class PersonReader(IIdentityCache cache, Lifetimes lifetimes, Validity validity, ILookup lookup)
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
        for (int i = 0; i < answers.Length; i++)
        {
            if (FindFresh(scope, ids[i], wanted) is { } kept) answers[i] = ToResolved(kept, AnswerSource.Memory);
            else if (wanted.Freshness.CachedOnly) answers[i] = Resolved.Refused(Failure.NotCached);
            else missing.Add(i);
        }
        await Task.WhenAll(missing.GroupBy(i => ids[i].Type).Select(kind => AskAsync(scope, ids, [.. kind], wanted, notBefore, answers, call)));
        return answers;
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
        if (answer.Outcome.Value is { } person)
        {
            cache.StoreUnderAllIds(scope, person, singly, answer.AskedAt);
            // A row may lack the id that it was asked by, for want of the field scope.
            cache.Store(new PersonKey(scope, id, singly), new(person, null, answer.AskedAt));
        }
        else if (Lifetimes.IsKept(answer.Outcome.Failure!)) cache.Store(new PersonKey(scope, id, singly), new(null, answer.Outcome.Failure, answer.AskedAt));
        else if (FindStale(scope, id, wanted) is { } stale) return ToResolved(stale, AnswerSource.Stale);
        return ToResolved(new(answer.Outcome.Value, answer.Outcome.Failure, answer.AskedAt), AnswerSource.Upstream, wanted.IncludeResigned);
    }

    private Cached<Person>? FindFresh(AppTenant scope, PersonId id, Wanted wanted)
    {
        var member = Find(new(scope, id, IncludeResigned: false));
        if (member is not null && !IsFresh(member)) member = null;
        if (!wanted.IncludeResigned || member?.Value is not null) return member is null ? null : Filtered(member, wanted.IncludeResigned);
        return Find(new(scope, id, IncludeResigned: true)) is { } resigned && IsFresh(resigned) ? resigned : null;

        bool IsFresh(Cached<Person> answer) => lifetimes.IsFresh(answer, id.Type, wanted.Ids, wanted.Status, wanted.Freshness);
    }

    private Cached<Person>? FindStale(AppTenant scope, PersonId id, Wanted wanted)
    {
        foreach (bool includeResigned in (ReadOnlySpan<bool>)[false, true])
        {
            if ((includeResigned && !wanted.IncludeResigned) || Find(new(scope, id, includeResigned)) is not { } answer) continue;
            if (lifetimes.IsServableStale(answer, id.Type, wanted.Ids, wanted.Status, wanted.Freshness)) return Filtered(answer, wanted.IncludeResigned);
        }
        return null;
    }

    private Cached<Person>? Find(PersonKey key) =>
        cache.Find(key) is { } kept && !validity.HasEnded(key.Scope, key.Id, kept.Value, kept.AskedAt) ? kept : null;

    private static Resolved ToResolved(Cached<Person> answer, AnswerSource source, bool includeResigned = true)
    {
        var shown = Filtered(answer, includeResigned);
        return new(shown.Value is { } person ? FoundPerson.From(person) : shown.Failure!, source, answer.AskedAt);
    }

    // A platform whose users/batch does answer for the resigned (U34) must not change what callers see (R27).
    private static Cached<Person> Filtered(Cached<Person> answer, bool includeResigned) =>
        !includeResigned && answer.Value?.Status == UserStatus.Resigned ? new(null, Failure.NotFound, answer.AskedAt) : answer;
}
