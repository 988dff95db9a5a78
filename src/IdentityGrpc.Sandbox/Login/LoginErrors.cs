using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Login;

/// <summary>The codes of logging in: status 200 for authen v1, OAuth-style bodies with 400 for v2 (reference §5).</summary>
internal static class LoginErrors
{
    public static readonly ApiError BadRequest = new(200, 20001, "invalid request");
    public static readonly ApiError InvalidCode = new(200, 20003, "invalid authorization code");
    public static readonly ApiError InvalidAccessToken = new(200, 20005, "The user access token passed is invalid");
    public static readonly ApiError UserNotExist = new(200, 20008, "user not exist");
    public static readonly ApiError InvalidAppToken = new(200, 20014, "app access token invalid");
    public static readonly ApiError UserResigned = new(200, 20021, "user resigned");
    public static readonly ApiError UserFrozen = new(200, 20022, "user frozen");
    public static readonly ApiError UserNotRegistered = new(200, 20023, "user not registered");
    public static readonly ApiError InvalidRefreshToken = new(200, 20026, "refresh token invalid");

    /// <summary>The reference does not tell how the passport refuses; this is how OAuth 2.0 resource servers do (RFC 6750).</summary>
    public static readonly ApiError InvalidPassportToken = new(401, 20005, "The user access token passed is invalid") { OAuthError = "invalid_token" };

    public static ApiError OAuth(string error, int code, string description) => new(400, code, description) { OAuthError = error };
}
