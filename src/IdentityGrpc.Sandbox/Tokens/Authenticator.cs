using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Tokens;

/// <summary>Reads the <c>Authorization</c> header and checks that its token is alive and of a kind that the API takes (§6.3, §6.5).</summary>
internal sealed class Authenticator(TokenStore tokens)
{
    private const string Scheme = "Bearer ";

    public ApiError? Authenticate(string? header, Api api, out Grant? grant)
    {
        grant = null;
        if (header is null || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return api.TokenError ?? Errors.MissingToken;
        }

        var token = header.AsSpan(Scheme.Length).Trim();
        grant = tokens.Find(token);
        if (grant is not null && Takes(api, grant))
        {
            return null;
        }

        grant = null;
        return api.TokenError ?? Refusal(token, api);
    }

    // A custom app's tenant token is its app token too (reference §1.1).
    private static bool Takes(Api api, Grant grant) => grant.Kind switch
    {
        TokenKind.Tenant => (api.Tokens & TokenKinds.Tenant) != 0 || ((api.Tokens & TokenKinds.App) != 0 && !grant.Installation.App.IsStore),
        TokenKind.App => (api.Tokens & TokenKinds.App) != 0,
        _ => (api.Tokens & TokenKinds.User) != 0,
    };

    private static ApiError Refusal(ReadOnlySpan<char> token, Api api) =>
        api.Tokens == TokenKinds.App ? Errors.InvalidAppToken
        : token.StartsWith("t-") ? Errors.InvalidTenantToken
        : token.StartsWith("u-") || token.StartsWith("eyJ") ? Errors.InvalidUserToken
        : Errors.TokenFormat;
}
