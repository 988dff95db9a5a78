using IdentityGrpc.Core.Batching;
using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Resolution;

/// <summary>
/// Converts ids. For another app of the same provider and tenant an open_id goes through the union_id, in two
/// packed steps; union_ids and user_ids mean the same to both and are asked of the target directly (design §4).
/// </summary>
public sealed class IdConverter(PersonReader people, Validity validity, IWatermarks marks)
{
    private static readonly Failure s_apart = new(FailureReason.CrossAppId,
        "The two apps may not be joined: they are not of one provider in one tenant.");

    private static readonly Failure s_unionIdWithheld = new(FailureReason.NoPermission,
        "The app may not see the union_id that joins the two apps.") { MissingScopes = FieldScopes.UnionId };

    /// <summary>Converts ids, each read or the failure that reading it gave.</summary>
    /// <param name="source">By whose eyes the ids are read.</param>
    /// <param name="target">For whom the answers are made.</param>
    /// <param name="keys">The ids.</param>
    /// <param name="wanted">What is asked of each person.</param>
    /// <param name="call">The call.</param>
    /// <returns>One answer an id, in their order.</returns>
    public async Task<Resolved[]> ConvertAsync(AppTenant source, AppTenant target, IReadOnlyList<Asked<PersonId>> keys, Wanted wanted, CallContext call)
    {
        var distinct = new Distinct<PersonId>(keys.Count);
        int[] places = [.. keys.Select(k => k.Problem is null ? distinct.Add(k.Key) : -1)];
        var found = await CurrentAnswers.EnsureAsync(distinct.Keys, ReadAsync, (id, answer) => HasEnded(source, target, id, answer), Resolved.GiveUp);
        return Resolved.InPlaces(keys, found, places);

        Task<Resolved[]> ReadAsync(IReadOnlyList<PersonId> ids, bool isAgain)
        {
            var now = isAgain ? wanted.Anew : wanted;
            var notBefore = marks.NotBefore(now.Freshness);
            return source == target ? people.ReadAsync(source, ids, now, notBefore, call)
                : AreJoined(source, target) ? CrossAsync(source, target, ids, now, notBefore, call)
                : Task.FromResult<Resolved[]>([.. ids.Select(_ => Resolved.Refused(s_apart))]);
        }
    }

    private bool HasEnded(AppTenant source, AppTenant target, PersonId id, Resolved answer) => !answer.IsPassing && answer.AskedAt is { } askedAt
        && (validity.HasEnded(source, id, person: null, askedAt) || (answer.Outcome.Value is { } person && validity.HasEnded(target, person.OpenId, person.UnionId, person.UserId, askedAt)));

    private static bool AreJoined(AppTenant source, AppTenant target) => source.Provider == target.Provider && source.Tenant == target.Tenant;

    private async Task<Resolved[]> CrossAsync(AppTenant source, AppTenant target, IReadOnlyList<PersonId> ids, Wanted wanted, DateTimeOffset? notBefore, CallContext call)
    {
        int[] foreign = [.. Enumerable.Range(0, ids.Count).Where(i => ids[i].Type == IdType.OpenId)];
        var bySource = await people.ReadAsync(source, [.. foreign.Select(i => ids[i])],
            wanted with { Ids = IdTypes.UnionId, Status = false }, notBefore, call);

        var answers = new Resolved[ids.Count];
        var first = new Resolved?[ids.Count];
        for (int k = 0; k < foreign.Length; k++)
        {
            first[foreign[k]] = bySource[k];
        }
        var asked = new Distinct<PersonId>(ids.Count);
        int[] places = [.. ids.Select((id, i) => first[i] is not { } step ? asked.Add(id)
            : step.Outcome.Value?.UnionId is { } unionId ? asked.Add(PersonId.Of(target, IdType.UnionId, unionId)) : -1)];
        var byTarget = await people.ReadAsync(target, asked.Keys, wanted, notBefore, call);
        for (int i = 0; i < answers.Length; i++)
        {
            answers[i] = (first[i], places[i]) switch
            {
                ({ Outcome.Succeeded: true } step, -1) => step with { Outcome = s_unionIdWithheld },
                ({ } step, -1) => step,
                ({ } step, int at) => byTarget[at].After(step),
                (null, int at) => byTarget[at],
            };
        }
        return answers;
    }
}
