using IdentityGrpc.Sandbox.Apps;

namespace IdentityGrpc.Sandbox.Tokens;

internal enum TokenKind
{
    Tenant,
    App,
    User,
}

/// <summary>What a token stands for and until when.</summary>
internal sealed class Grant(TokenKind kind, string token, Installation installation, DateTimeOffset expiresAt)
{
    private volatile Cut? cut;

    public TokenKind Kind => kind;

    public string Token => token;

    public Installation Installation => installation;

    public DateTimeOffset ExpiresAt => expiresAt;

    /// <summary>The login user of a user token, by number in the installation's tenant; -1 for other tokens.</summary>
    public int User { get; init; } = -1;

    /// <summary>The scopes that the login user granted; null for app and tenant tokens.</summary>
    public IReadOnlyCollection<string>? UserScopes { get; init; }

    /// <summary>The app's scopes as they are now (U32), cut down to what the login user granted.</summary>
    public Grants Grants
    {
        get
        {
            var app = installation.App.Grants;
            if (UserScopes is null)
            {
                return app;
            }

            var known = cut;
            if (known?.Of != app)
            {
                cut = known = new(app, new Grants([.. UserScopes.Intersect(app.Scopes)]));
            }

            return known.Grants;
        }
    }

    private sealed record Cut(Grants Of, Grants Grants);
}
