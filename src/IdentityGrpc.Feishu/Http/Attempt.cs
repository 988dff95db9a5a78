using IdentityGrpc.Core.Directory;
using IdentityGrpc.Feishu.Errors;

namespace IdentityGrpc.Feishu.Http;

/// <summary>What one try came to, and what is to be done about it.</summary>
/// <param name="Outcome">For telemetry: <c>ok</c>, the platform's code, or a word for what kept the answer away.</param>
internal sealed record Attempt(string Outcome)
{
    /// <summary>The value; null where <see cref="Failure"/> is set.</summary>
    public object? Value { get; init; }

    /// <summary>The answer when nothing further is tried.</summary>
    public Failure? Failure { get; init; }

    /// <summary>What could help.</summary>
    public CodeAction Action { get; init; }

    /// <summary>How long the platform wants to be left alone.</summary>
    public TimeSpan? Pause { get; init; }

    /// <summary>Whether it is a sign that the platform itself is in trouble.</summary>
    public bool IsOutage { get; init; }

    /// <summary>A value.</summary>
    public static Attempt Success(object value) => new("ok") { Value = value };

    /// <summary>An answer that no further try changes.</summary>
    public static Attempt Final(string outcome, Failure failure) => new(outcome) { Failure = failure };

    /// <summary>The platform is in trouble: asking again soon may help.</summary>
    public static Attempt Outage(string outcome, string message) => new(outcome)
    {
        Failure = new(FailureReason.UpstreamUnavailable, message) { Retryable = true },
        Action = CodeAction.Retry,
        IsOutage = true,
    };
}
