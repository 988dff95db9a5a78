namespace IdentityGrpc.Feishu.Tokens;

/// <summary>What an app shows itself by (reference §1.1, §1.2).</summary>
internal sealed class AppCredentials
{
    public required string AppId { get; init; }

    public required string AppSecret { get; init; }

    public string? AppTicket { get; init; }
}

/// <summary>What a store app asks for a tenant's token with (reference §1.2).</summary>
internal sealed class TenantTokenBody
{
    public required string AppAccessToken { get; init; }

    public required string TenantKey { get; init; }
}

/// <summary>A token answer: flat, without <c>data</c> (reference §1).</summary>
internal sealed class TokenReply
{
    public string? TenantAccessToken { get; set; }

    public string? AppAccessToken { get; set; }

    public int? Expire { get; set; }
}
