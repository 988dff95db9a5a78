using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Resolution;

/// <summary>Where an answer came from, the freshest first.</summary>
public enum AnswerSource
{
    /// <summary>Nothing was looked up.</summary>
    None,

    /// <summary>The platform.</summary>
    Upstream,

    /// <summary>The cache that replicas share.</summary>
    SharedCache,

    /// <summary>This replica's memory.</summary>
    Memory,

    /// <summary>A cache, past its lifetime.</summary>
    Stale,
}

/// <summary>The answer to one key.</summary>
/// <param name="Outcome">The person, or why there is none.</param>
/// <param name="Source">Where it came from; of an answer put together from several, the least fresh.</param>
/// <param name="AskedAt">When the platform was asked, for the oldest part; null where nothing was looked up.</param>
public readonly record struct Resolved(Outcome<FoundPerson> Outcome, AnswerSource Source, DateTimeOffset? AskedAt)
{
    /// <summary>A key that needs no lookup to be refused.</summary>
    public static Resolved Refused(Failure failure) => new(failure, AnswerSource.None, null);

    /// <summary>Whether it is trouble that is over soon, and says nothing of the person.</summary>
    public bool IsPassing => Outcome.Failure is { Retryable: true };

    /// <summary>What becomes of an answer that ended again each time that it was made.</summary>
    public static Resolved GiveUp(Resolved answer) => answer with { Outcome = Failure.AlwaysChanging };

    /// <summary>The answers of a request: to each key its own, or the failure that reading it gave.</summary>
    /// <param name="keys">The keys as read.</param>
    /// <param name="found">The answers to the distinct ones.</param>
    /// <param name="places">Which of these answers which key.</param>
    public static Resolved[] InPlaces<TKey>(IReadOnlyList<Asked<TKey>> keys, Resolved[] found, int[] places) where TKey : struct
    {
        if (found.Length == keys.Count) return found; // nothing refused, nothing asked twice: each stands in its place
        var answers = new Resolved[keys.Count];
        for (int i = 0; i < answers.Length; i++) answers[i] = keys[i].Problem is { } problem ? Refused(problem) : found[places[i]];
        return answers;
    }

    /// <summary>The same answer, put together with an earlier step's.</summary>
    public Resolved After(Resolved earlier) => this with
    {
        Source = Source > earlier.Source ? Source : earlier.Source,
        AskedAt = AskedAt is null || earlier.AskedAt < AskedAt ? earlier.AskedAt ?? AskedAt : AskedAt,
    };
}

/// <summary>What was found of a person. What was asked for and is null is withheld from the app.</summary>
public sealed record FoundPerson
{
    /// <summary>The open_id.</summary>
    public string? OpenId { get; init; }

    /// <summary>The union_id.</summary>
    public string? UnionId { get; init; }

    /// <summary>The user_id.</summary>
    public string? UserId { get; init; }

    /// <summary>The status.</summary>
    public UserStatus? Status { get; init; }

    /// <summary>The scopes that the missing ids take, where the platform named them; else the field's own.</summary>
    public IReadOnlyList<string> MissingScopes { get; init; } = [];

    /// <summary>All that the platform said of a person.</summary>
    public static FoundPerson From(Person person) => new()
    {
        OpenId = person.OpenId,
        UnionId = person.UnionId,
        UserId = person.UserId,
        Status = person.Status,
    };
}
