using IdentityGrpc.Sandbox.Directory;
using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Login;

/// <summary>The token endpoints of both generations (reference §5.3).</summary>
internal static class LoginTokens
{
    public static readonly Api[] Apis =
    [
        Older("/open-apis/authen/v1/oidc/access_token", "authorization_code", (call, request) => call.Platform.Logins.TakeCode(call.App, request.Code), LoginErrors.InvalidCode),
        Older("/open-apis/authen/v1/oidc/refresh_access_token", "refresh_token", (call, request) => call.Platform.Logins.TakeRefreshToken(call.App, request.RefreshToken), LoginErrors.InvalidRefreshToken),
        new("POST", "/open-apis/authen/v2/oauth/token", Newer) { Tokens = TokenKinds.None, Tier = RateTier.None, Shape = AnswerShape.Flat, Message = "success" },
    ];

    private static Api Older(string path, string grantType, Func<ApiCall, LoginTokenRequest, Login?> take, ApiError unknown) => new("POST", path, call =>
    {
        if (call.ReadBody(RequestJson.Default.LoginTokenRequest, out var request) is not null || request.GrantType != grantType)
        {
            return LoginErrors.BadRequest;
        }

        if (take(call, request) is not { } login)
        {
            return unknown;
        }

        if (Refusal(login) is { } refused)
        {
            return refused;
        }

        var issued = call.Platform.Logins.Issue(login, older: true);
        call.Writer.WriteString("access_token"u8, issued.AccessToken);
        call.Writer.WriteNumber("expires_in"u8, issued.ExpiresIn);
        call.Writer.WriteNumber("refresh_expires_in"u8, issued.RefreshExpiresIn);
        call.Writer.WriteString("refresh_token"u8, issued.RefreshToken);
        call.Writer.WriteString("scope"u8, issued.Scope);
        call.Writer.WriteString("token_type"u8, "Bearer"u8);
        return null;
    })
    {
        Tokens = TokenKinds.App,
        TokenError = LoginErrors.InvalidAppToken,
    };

    private static ApiError? Newer(ApiCall call)
    {
        if (call.ReadBody(RequestJson.Default.LoginTokenRequest, out var request) is not null)
        {
            return LoginErrors.OAuth("invalid_request", 20001, "The request is not valid JSON.");
        }

        if (call.Platform.FindAppById(request.ClientId ?? "") is not { } app || app.Secret != request.ClientSecret)
        {
            return LoginErrors.OAuth("invalid_client", 20002, "The client credentials are invalid.");
        }

        call.CountFor(app.Nowhere);
        var isCode = request.GrantType == "authorization_code";
        if (!isCode && request.GrantType != "refresh_token")
        {
            return LoginErrors.OAuth("unsupported_grant_type", 20036, "The grant type is not supported.");
        }

        var login = isCode ? call.Platform.Logins.TakeCode(app, request.Code) : call.Platform.Logins.TakeRefreshToken(app, request.RefreshToken);
        if (login is null)
        {
            return isCode
                ? LoginErrors.OAuth("invalid_grant", 20003, "The authorization code is invalid or has expired.")
                : LoginErrors.OAuth("invalid_grant", 20026, "The refresh token is invalid or has expired.");
        }

        if (Refusal(login) is { } refused)
        {
            return LoginErrors.OAuth("invalid_grant", refused.Code, refused.Message);
        }

        Write(call, call.Platform.Logins.Issue(login, older: false));
        return null;
    }

    private static void Write(ApiCall call, IssuedLogin issued)
    {
        call.Writer.WriteString("access_token"u8, issued.AccessToken);
        call.Writer.WriteNumber("expires_in"u8, issued.ExpiresIn);
        if (issued.RefreshToken is { } refresh)
        {
            call.Writer.WriteString("refresh_token"u8, refresh);
            call.Writer.WriteNumber("refresh_token_expires_in"u8, issued.RefreshExpiresIn);
        }

        call.Writer.WriteString("scope"u8, issued.Scope);
        call.Writer.WriteString("token_type"u8, "Bearer"u8);
    }

    private static ApiError? Refusal(Login login) => login.Installation.Tenant!.Find(login.User)?.Status switch
    {
        null => LoginErrors.UserNotExist,
        UserStatus.Resigned => LoginErrors.UserResigned,
        UserStatus.Frozen => LoginErrors.UserFrozen,
        UserStatus.Unjoined => LoginErrors.UserNotRegistered,
        _ => null,
    };
}

/// <summary>The body of the login token calls; each reads what it needs.</summary>
internal sealed class LoginTokenRequest
{
    public string? GrantType { get; init; }

    public string? ClientId { get; init; }

    public string? ClientSecret { get; init; }

    public string? Code { get; init; }

    public string? RefreshToken { get; init; }
}
