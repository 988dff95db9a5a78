namespace IdentityGrpc.Core.Directory;

/// <summary>Why a question has no answer: the reasons of the wire contract (design §3).</summary>
public enum FailureReason
{
    /// <summary>No such person, out of the contact scope, or resigned: the platform does not tell them apart (R25, R29).</summary>
    NotFoundOrNotVisible = 1,

    /// <summary>The key is malformed.</summary>
    InvalidInput,

    /// <summary>An open_id of another app (R3), or apps that may not be joined.</summary>
    CrossAppId,

    /// <summary>An id of another tenant.</summary>
    CrossTenantId,

    /// <summary>The app lacks a scope, or the thing is outside its contact scope (R19).</summary>
    NoPermission,

    /// <summary>The platform failed or did not answer in time.</summary>
    UpstreamUnavailable,

    /// <summary>The rate limit leaves no room before the deadline (reference §6.4).</summary>
    BudgetExhausted,

    /// <summary>Only the cache was asked, and it holds nothing fresh enough.</summary>
    NotCached,
}

/// <summary>A question without an answer, as a value: expected trouble is never an exception.</summary>
/// <param name="Reason">The reason, for programs.</param>
/// <param name="Message">The reason, for people. Holds no key, contact, token or secret.</param>
public sealed record Failure(FailureReason Reason, string Message)
{
    /// <summary>The platform's code, where it sent one.</summary>
    public int? Code { get; init; }

    /// <summary>Whether asking again later may help without any change by anybody.</summary>
    public bool Retryable { get; init; }

    /// <summary>The earliest time from now at which asking again makes sense, where that is known.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The scopes of which any one would help.</summary>
    public IReadOnlyList<string> MissingScopes { get; init; } = [];

    /// <summary>
    /// Where the platform refused a whole batch for some ids in it (U1): the ids it named, empty where it named
    /// none. Null: the trouble is not about single ids.
    /// </summary>
    public IReadOnlyList<string>? InvalidIds { get; init; }

    /// <summary>Whether the caller's deadline, and not the platform, ended the question.</summary>
    public bool DeadlinePassed { get; init; }

    /// <summary>A person that the platform does not know or does not show.</summary>
    public static Failure NotFound { get; } = new(FailureReason.NotFoundOrNotVisible,
        "The platform knows no such person, or does not show them to this app.");

    /// <summary>A question that the deadline overtook.</summary>
    public static Failure Late { get; } = new(FailureReason.UpstreamUnavailable,
        "The platform did not answer before the deadline.") { Retryable = true, DeadlinePassed = true };

    /// <summary>A key that was changed again while each answer about it was under way.</summary>
    public static Failure AlwaysChanging { get; } = new(FailureReason.UpstreamUnavailable,
        "What is known of the key changed each time that it was asked for.") { Retryable = true };

    /// <summary>A question to the cache alone that it could not answer.</summary>
    public static Failure NotCached { get; } = new(FailureReason.NotCached,
        "No fresh enough answer is cached, and the platform was not to be asked.");

    /// <summary>A malformed key.</summary>
    public static Failure Invalid(string problem) => new(FailureReason.InvalidInput, problem);
}
