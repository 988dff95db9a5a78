using IdentityGrpc.Sandbox.Apps;
using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Tokens;

/// <summary>Tokens of custom apps by id and secret (reference §1.1); the app token is the tenant token.</summary>
internal static class CustomAppTokens
{
    public static readonly Api[] Apis =
    [
        TokenApi("/open-apis/auth/v3/tenant_access_token/internal", call => Issue(call, alsoAppToken: false)),
        TokenApi("/open-apis/auth/v3/app_access_token/internal", call => Issue(call, alsoAppToken: true)),
    ];

    public static Api TokenApi(string path, ApiHandler handle) => new("POST", path, handle)
    {
        Tokens = TokenKinds.None,
        Tier = RateTier.None,
        Shape = AnswerShape.Flat,
        Message = "ok",
    };

    /// <summary>Finds the app of an id and secret, and lets the call count as that app's.</summary>
    public static ApiError? Identify(ApiCall call, AppCredentials credentials, out App? app)
    {
        app = null;
        if (string.IsNullOrEmpty(credentials.AppId) || string.IsNullOrEmpty(credentials.AppSecret))
        {
            return Errors.InvalidParameter;
        }

        if (call.Platform.FindAppById(credentials.AppId) is not { } found)
        {
            return Errors.InvalidParameter;
        }

        if (found.Secret != credentials.AppSecret)
        {
            return Errors.WrongSecret;
        }

        app = found;
        return null;
    }

    private static ApiError? Issue(ApiCall call, bool alsoAppToken)
    {
        if (call.ReadBody(RequestJson.Default.AppCredentials, out var credentials) is not null)
        {
            return Errors.InvalidParameter;
        }

        if (Identify(call, credentials, out var app) is { } unknown)
        {
            return unknown;
        }

        if (app!.IsStore)
        {
            return Errors.AppUnauthorized;
        }

        var installation = app.Installations[0];
        call.CountFor(installation);
        if (!app.Enabled)
        {
            return Errors.AppUnauthorized;
        }

        var (token, seconds) = call.Platform.Tokens.Issue(installation, TokenKind.Tenant);
        if (alsoAppToken)
        {
            call.Writer.WriteString("app_access_token"u8, token);
        }

        call.Writer.WriteNumber("expire"u8, seconds);
        call.Writer.WriteString("tenant_access_token"u8, token);
        return null;
    }
}
