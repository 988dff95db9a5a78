using Google.Protobuf.WellKnownTypes;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Resolution;
using IdentityGrpc.Server.Errors;

namespace IdentityGrpc.Server.Services;

/// <summary>Turns answers into messages, each at most 320 bytes (design §3).</summary>
internal static class Answers
{
    /// <summary>Scopes named at most where any one would do.</summary>
    public const int MaxScopes = 4;

    /// <summary>Where not one key could be answered for one shared passing cause, the call itself fails, so that standard retry policies work.</summary>
    public static void ThrowIfNoneAnswered(Resolved[] answers)
    {
        var first = answers[0].Outcome.Failure;
        if (first is { Retryable: true } && answers.All(a => a.Outcome.Failure is { Retryable: true } f && f.Reason == first.Reason && f.DeadlinePassed == first.DeadlinePassed))
        {
            throw RpcErrors.From(first with { RetryAfter = answers.Max(a => a.Outcome.Failure!.RetryAfter) });
        }
    }

    /// <summary>A person in the ids that were asked for; what is missing of them is withheld.</summary>
    public static V1.Identity Identity(FoundPerson person, IdTypes ids, bool status)
    {
        var identity = new V1.Identity();
        if (ids.Holds(IdType.OpenId)) identity.OpenId = person.OpenId ?? Withhold(identity, person, V1.IdType.OpenId, []);
        if (ids.Holds(IdType.UnionId)) identity.UnionId = person.UnionId ?? Withhold(identity, person, V1.IdType.UnionId, FieldScopes.UnionId);
        if (ids.Holds(IdType.UserId)) identity.UserId = person.UserId ?? Withhold(identity, person, V1.IdType.UserId, FieldScopes.UserId);
        if (status && person.Status is { } known) identity.Status = (V1.UserStatus)(int)known;
        else if (status) identity.Withheld.Add(new V1.Withheld { Field = "status", MissingScopes = { FieldScopes.Status } });
        if (identity.Withheld.Count > 0) AnswerSize.Fit(identity, [.. identity.Withheld.Select(w => w.MissingScopes)]);
        return identity;
    }

    /// <returns>What stands in the place of the id: nothing.</returns>
    private static string Withhold(V1.Identity identity, FoundPerson person, V1.IdType type, IReadOnlyList<string> scopes)
    {
        identity.Withheld.Add(new V1.Withheld { IdType = type, MissingScopes = { (person.MissingScopes.Count > 0 ? person.MissingScopes : scopes).Take(MaxScopes) } });
        return "";
    }

    /// <summary>Why a key has no identity.</summary>
    public static V1.Unresolved Unresolved(Failure failure)
    {
        var unresolved = new V1.Unresolved
        {
            Reason = (V1.UnresolvedReason)(int)failure.Reason,
            Message = AnswerSize.Cut(failure.Message),
            Retryable = failure.Retryable,
            RetryAfter = failure is { Retryable: true, RetryAfter: { } after } ? after.ToDuration() : null,
        };
        if (failure.MissingScopes.Count > 0)
        {
            unresolved.MissingScopes.Add(failure.MissingScopes.Take(MaxScopes));
            AnswerSize.Fit(unresolved, unresolved.MissingScopes);
        }
        return unresolved;
    }

    /// <summary>Where an answer came from, and its age.</summary>
    public static V1.Provenance Provenance(Resolved answer, DateTimeOffset now) => new()
    {
        Source = answer.Source switch
        {
            AnswerSource.Upstream => V1.Source.Upstream,
            AnswerSource.SharedCache => V1.Source.SharedCache,
            AnswerSource.Memory => V1.Source.Memory,
            AnswerSource.Stale => V1.Source.Stale,
            _ => V1.Source.Unspecified,
        },
        AgeSeconds = answer.AskedAt is { } asked && now > asked ? (uint)(now - asked).TotalSeconds : 0,
    };
}
