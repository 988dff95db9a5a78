namespace IdentityGrpc.Sandbox.Gateway;

/// <summary>A failure in the platform's words: HTTP status, code and message, and what its <c>error</c> object holds (reference §6.1).</summary>
internal sealed record ApiError(int Status, int Code, string Message)
{
    public IReadOnlyList<FieldViolation> FieldViolations { get; init; } = [];

    /// <summary>Scopes of which one would have sufficed, for 99991672 and 99991679.</summary>
    public IReadOnlyList<string> MissingScopes { get; init; } = [];

    /// <summary>Without an <c>error</c> object, as the token endpoints answer.</summary>
    public bool Bare { get; init; }

    /// <summary>In the manner of OAuth 2.0 (reference §5.3, v2): the value of <c>error</c>, such as <c>invalid_grant</c>.</summary>
    public string? OAuthError { get; init; }

    /// <summary>The limit that was met and the seconds to wait, for the <c>x-ogw-ratelimit-*</c> headers of a 429.</summary>
    public (int Limit, int ResetSeconds)? RateLimit { get; init; }
}

internal sealed record FieldViolation(string Field, string Value, string Description);
