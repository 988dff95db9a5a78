using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Tokens;

/// <summary>Tokens of store apps (reference §1.2): the ticket gives the app token, the app token a tenant's.</summary>
internal static class StoreAppTokens
{
    public static readonly Api[] Apis =
    [
        CustomAppTokens.TokenApi("/open-apis/auth/v3/app_ticket/resend", ResendTicket) with { Message = "success" },
        CustomAppTokens.TokenApi("/open-apis/auth/v3/app_access_token", IssueAppToken),
        CustomAppTokens.TokenApi("/open-apis/auth/v3/tenant_access_token", IssueTenantToken),
    ];

    private static ApiError? ResendTicket(ApiCall call)
    {
        if (call.ReadBody(RequestJson.Default.AppCredentials, out var credentials) is not null)
        {
            return Errors.InvalidParameter;
        }

        if (CustomAppTokens.Identify(call, credentials, out var app) is { } unknown)
        {
            return unknown;
        }

        call.CountFor(app!.Nowhere);
        if (!app.IsStore)
        {
            return Errors.NotAStoreApp;
        }

        call.Platform.Tickets.Push(app);
        return null;
    }

    private static ApiError? IssueAppToken(ApiCall call)
    {
        if (call.ReadBody(RequestJson.Default.AppCredentials, out var credentials) is not null || string.IsNullOrEmpty(credentials.AppTicket))
        {
            return Errors.InvalidParameter;
        }

        if (CustomAppTokens.Identify(call, credentials, out var app) is { } unknown)
        {
            return unknown;
        }

        call.CountFor(app!.Nowhere);
        if (!app.IsStore || !app.Enabled)
        {
            return Errors.AppUnauthorized;
        }

        if (!call.Platform.Tickets.IsGood(app, credentials.AppTicket))
        {
            return Errors.InvalidTicket;
        }

        var (token, seconds) = call.Platform.Tokens.Issue(app.Nowhere, TokenKind.App);
        call.Writer.WriteString("app_access_token"u8, token);
        call.Writer.WriteNumber("expire"u8, seconds);
        return null;
    }

    private static ApiError? IssueTenantToken(ApiCall call)
    {
        if (call.ReadBody(RequestJson.Default.AppCredentials, out var credentials) is not null
            || string.IsNullOrEmpty(credentials.AppAccessToken) || string.IsNullOrEmpty(credentials.TenantKey))
        {
            return Errors.InvalidParameter;
        }

        if (call.Platform.Tokens.Find(credentials.AppAccessToken) is not { Kind: TokenKind.App, Installation.App: var app })
        {
            return Errors.InvalidAppToken;
        }

        var installation = app.Installations.FirstOrDefault(known => known.TenantKey == credentials.TenantKey);
        call.CountFor(installation ?? app.Nowhere);
        if (installation is null)
        {
            return Errors.NotInstalled;
        }

        if (!app.Enabled)
        {
            return Errors.AppUnauthorized;
        }

        var (token, seconds) = call.Platform.Tokens.Issue(installation, TokenKind.Tenant);
        call.Writer.WriteNumber("expire"u8, seconds);
        call.Writer.WriteString("tenant_access_token"u8, token);
        return null;
    }
}
