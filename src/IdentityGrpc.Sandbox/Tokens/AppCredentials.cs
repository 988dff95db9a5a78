namespace IdentityGrpc.Sandbox.Tokens;

/// <summary>The body of the token calls (reference §1.1, §1.2).</summary>
internal sealed class AppCredentials
{
    public string? AppId { get; init; }

    public string? AppSecret { get; init; }

    public string? AppTicket { get; init; }

    public string? AppAccessToken { get; init; }

    public string? TenantKey { get; init; }
}
