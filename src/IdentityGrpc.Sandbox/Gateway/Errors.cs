namespace IdentityGrpc.Sandbox.Gateway;

/// <summary>Every code that the sandbox answers with, its status and text: reference §1.4, §6.3, §6.5, §6.6.</summary>
internal static class Errors
{
    private const string InvalidToken = "Invalid access token for authorization. Please make a request with token attached.";

    // Tokens (reference §1.4): answered with status 200.
    public static readonly ApiError InvalidParameter = new(200, 10003, "invalid param") { Bare = true };
    public static readonly ApiError AppUnauthorized = new(200, 10005, "app id unauthorized") { Bare = true };
    public static readonly ApiError InvalidTicket = new(200, 10012, "get app access token fail") { Bare = true };
    public static readonly ApiError NotInstalled = new(200, 10013, "get tenant access token fail") { Bare = true };
    public static readonly ApiError WrongSecret = new(200, 10014, "app secret invalid") { Bare = true };
    public static readonly ApiError NotAStoreApp = new(200, 10016, "app resend fail") { Bare = true };

    // Gateway (reference §6.5).
    public static readonly ApiError MissingToken = new(400, 99991661, "Missing access token for authorization. Please make a request with token attached.");
    public static readonly ApiError AppNotInUse = new(400, 99991662, "app not in use");
    public static readonly ApiError InvalidTenantToken = new(400, 99991663, InvalidToken);
    public static readonly ApiError InvalidAppToken = new(400, 99991664, "invalid app_access_token");
    public static readonly ApiError InvalidUserToken = new(400, 99991668, InvalidToken);
    public static readonly ApiError TokenFormat = new(400, 99991671, "Invalid token format, must start with 't-' or 'u-'");
    public static readonly ApiError UserTokenExpired = new(400, 99991677, "Authentication token expired");

    // Contact service (reference §6.6).
    public static readonly ApiError Parameter = new(400, 40001, "param error");
    public static readonly ApiError NoDepartmentAuthority = new(403, 40004, "no dept authority error");
    public static readonly ApiError NoDepartmentAuthorityToUpdateId = new(403, 40007, "can not update custom dept id");
    public static readonly ApiError PageSize = new(400, 40011, "page size is invalid");
    public static readonly ApiError PageToken = new(400, 40012, "page token is invalid error");
    public static readonly ApiError NoUserAuthority = new(400, 41050, "no user authority error");
    public static readonly ApiError NoUserAuthorityToDelete = new(403, 41050, "no user authority error");
    public static readonly ApiError UserIdExists = new(400, 41011, "userID already exist");
    public static readonly ApiError UserIdInvalid = new(400, 41012, "user id invalid error");
    public static readonly ApiError NewUserIdRequired = new(400, 41054, "new user id is required");
    public static readonly ApiError DepartmentIdExists = new(400, 43007, "duplicated department custom id error");
    public static readonly ApiError BigDepartment = new(400, 43010, "big dept forbid recursion error");
    public static readonly ApiError MissingDepartment = new(400, 44102, "missing dept id");
    public static readonly ApiError SearchQuery = new(400, 48001, "search query is invalid");

    /// <summary>The status that usually comes with a code.</summary>
    public static int UsualStatus(int code) => code switch
    {
        99991400 => 429,
        40004 or 40014 or 40007 => 403,
        42008 => 401,
        >= 99991000 or (>= 40000 and < 50000) => 400,
        1500 or 1503 or 1642 or 1663 or 2200 or 5000 or 10101 or 10105 or 20050 or 55001 => 500,
        _ => 200,
    };

    /// <summary>The text that usually comes with a code, as far as the reference has one.</summary>
    public static string UsualMessage(int code) => code switch
    {
        99991400 => "request trigger frequency limit",
        99991661 => MissingToken.Message,
        99991663 or 99991668 => InvalidToken,
        99991672 => MissingAppScopes([]).Message,
        99991403 => "monthly quota exceeded",
        99992361 => "open_id cross app",
        43010 => BigDepartment.Message,
        40004 => NoDepartmentAuthority.Message,
        40012 => PageToken.Message,
        41050 => NoUserAuthority.Message,
        _ => "internal error",
    };

    public static ApiError Throttled(int limit, int resetSeconds) =>
        new(429, 99991400, "request trigger frequency limit") { RateLimit = (limit, resetSeconds) };

    public static ApiError MissingAppScopes(IReadOnlyList<string> anyOf) =>
        new(400, 99991672, $"Access denied. One of the following scopes is required: [{string.Join(", ", anyOf)}]") { MissingScopes = anyOf };

    public static ApiError MissingUserScopes(IReadOnlyList<string> anyOf) => new(400, 99991679,
        "Unauthorized. You do not have permission to perform the requested operation on the resource. Please request user re-authorization and try again. "
        + $"required one of these privileges: [{string.Join(", ", anyOf)}]")
    {
        MissingScopes = anyOf,
    };

    public static ApiError Validation(string field, string value, string description) =>
        new(400, 99992402, "field validation failed") { FieldViolations = [new(field, value, description)] };

    public static ApiError InvalidIds(int code, string kind, string example, IReadOnlyList<string> ids) => new(400, code,
        $"The request you send is not a valid {{{kind}}} or not exists, and the example value is {{{example}}}. Invalid ids: [{string.Join(", ", ids)}]");

    public static ApiError CrossApp(IReadOnlyList<string> named) =>
        new(400, 99992361, "open_id cross app" + Naming(named));

    public static ApiError CrossTenant(IReadOnlyList<string> named) =>
        new(400, 99992381, "union_id cross tenant" + Naming(named));

    private static string Naming(IReadOnlyList<string> ids) => ids.Count == 0 ? "" : $". Invalid ids: [{string.Join(", ", ids)}]";
}
