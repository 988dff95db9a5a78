using System.Collections.Frozen;
using static IdentityGrpc.Core.Directory.FailureReason;
using static IdentityGrpc.Feishu.Errors.CodeAction;

namespace IdentityGrpc.Feishu.Errors;

/// <summary>Every code of the reference (§1.4, §6.4, §6.5, §6.6) with its one meaning. The HTTP status decides only where a code is not here.</summary>
internal static class CodeTable
{
    /// <summary>The page_token is bad or has expired: the listing starts anew (design §7).</summary>
    public const int PageTokenInvalid = 40012;

    /// <summary>The department is too large for <c>fetch_child</c>: level by level, then (reference §4.2).</summary>
    public const int DepartmentTooLarge = 43010;

    private const string Credentials = "The platform does not accept the app's id and secret; check the configuration of the app.";
    private const string NotInstalled = "The app is not installed in this tenant, or the tenant_key is wrong.";
    private const string BadTenant = "The platform does not accept the tenant_key; check the configuration of the app.";
    private const string Disabled = "The app is disabled, or not yet in use, in this tenant.";
    private const string TokenRefused = "The platform refused a newly fetched access token, too.";
    private const string UserToken = "The user_access_token is invalid, expired, or not taken by this API.";
    private const string UserKind = "The platform does not take this kind of user or token for this API.";
    private const string Internal = "The platform failed internally.";
    private const string Person = "The platform knows no such person, or does not show them to this app.";
    private const string NoDepartment = "The department does not exist, or its id is of the other kind (an open_department_id begins with od-), or it is outside the app's contact scope.";
    private const string DepartmentScope = "The department is outside the app's contact scope; the root needs a scope of all staff.";
    private const string Parameters = "The platform refused the parameters of the call.";
    private const string TooLarge = "The department is too large to be read with all its descendants at once.";
    private const string ChangesSpent = "The platform allows no further change of this id.";

    private static readonly CodeRule[] s_rules =
    [
        // Reference §1.4: tokens.
        new(10003, GiveUp, NoPermission, Credentials),
        new(10005, GiveUp, NoPermission, Credentials),
        new(10012, RenewTicket, UpstreamUnavailable, "The platform refused the app_ticket; a new one has been asked for."),
        new(10013, GiveUp, NoPermission, NotInstalled),
        new(10014, GiveUp, NoPermission, Credentials),
        new(10015, GiveUp, NoPermission, Credentials),
        new(10016, GiveUp, NoPermission, "The platform sends no app_ticket to this app: it is no store app."),

        // Reference §6.4 and §6.5: the gateway.
        new(99991400, Throttle, BudgetExhausted, "The platform's rate limit is reached."),
        new(99991401, GiveUp, NoPermission, "The platform does not accept calls from this IP address; see the app's IP allow list."),
        new(99991403, StopForMonth, BudgetExhausted, "The tenant's monthly quota of calls is spent."),
        new(99991543, GiveUp, NoPermission, Credentials),
        new(99991661, GiveUp, UpstreamUnavailable, "The platform saw no access token on the call; something between may have taken it off."),
        new(99991662, GiveUp, NoPermission, Disabled),
        new(99991663, RefreshToken, UpstreamUnavailable, TokenRefused),
        new(99991664, RefreshToken, UpstreamUnavailable, TokenRefused),
        new(99991665, GiveUp, NoPermission, BadTenant),
        new(99991668, GiveUp, NoPermission, UserToken),
        new(99991669, GiveUp, NoPermission, UserToken),
        new(99991671, RefreshToken, UpstreamUnavailable, TokenRefused),
        new(99991672, GiveUp, NoPermission, "The app lacks an API scope; any one of those named would do.", CodeDetail.Scopes),
        new(99991673, GiveUp, NoPermission, NotInstalled),
        new(99991674, GiveUp, NoPermission, UserKind),
        new(99991675, GiveUp, NoPermission, UserKind),
        new(99991676, GiveUp, NoPermission, UserKind),
        new(99991677, GiveUp, NoPermission, UserToken),
        new(99991679, GiveUp, NoPermission, "The user has not granted a scope that the call needs.", CodeDetail.Scopes),
        new(99992351, GiveUp, NotFoundOrNotVisible, Person, CodeDetail.Ids),
        new(99992352, GiveUp, NotFoundOrNotVisible, Person, CodeDetail.Ids),
        new(99992353, GiveUp, NotFoundOrNotVisible, Person, CodeDetail.Ids),
        new(99992357, GiveUp, NotFoundOrNotVisible, NoDepartment),
        new(99992358, GiveUp, NotFoundOrNotVisible, NoDepartment),
        new(99992359, GiveUp, NotFoundOrNotVisible, Person, CodeDetail.Ids),
        new(99992360, GiveUp, NotFoundOrNotVisible, Person, CodeDetail.Ids),
        new(99992361, GiveUp, CrossAppId, "The open_id belongs to another app.", CodeDetail.Ids),
        new(99992363, GiveUp, NotFoundOrNotVisible, Person, CodeDetail.Ids),
        new(99992364, GiveUp, NotFoundOrNotVisible, Person, CodeDetail.Ids),
        new(99992379, GiveUp, NotFoundOrNotVisible, NoDepartment),
        new(99992380, GiveUp, NotFoundOrNotVisible, NoDepartment),
        new(99992381, GiveUp, CrossTenantId, "The union_id belongs to another tenant.", CodeDetail.Ids),
        new(99992402, GiveUp, InvalidInput, "The platform refused a field of the call.", CodeDetail.Field),
        new(99992500, GiveUp, NoPermission, BadTenant),
        new(99992501, GiveUp, NoPermission, BadTenant),
        new(1500, Retry, UpstreamUnavailable, Internal),
        new(1503, Retry, UpstreamUnavailable, Internal),
        new(1642, Retry, UpstreamUnavailable, Internal),
        new(1663, Retry, UpstreamUnavailable, Internal),
        new(2200, Retry, UpstreamUnavailable, Internal),
        new(5000, Retry, UpstreamUnavailable, Internal),
        new(10101, Retry, UpstreamUnavailable, Internal),
        new(10105, Retry, UpstreamUnavailable, Internal),
        new(55001, Retry, UpstreamUnavailable, Internal),

        // Reference §6.6: the contact service.
        new(40001, GiveUp, InvalidInput, Parameters, CodeDetail.Ids),
        new(40002, GiveUp, InvalidInput, "The root department is not allowed here."),
        new(40003, Retry, UpstreamUnavailable, Internal),
        new(40004, GiveUp, NoPermission, DepartmentScope),
        new(40007, GiveUp, NoPermission, "The custom department id may not be changed."),
        new(40008, GiveUp, NotFoundOrNotVisible, NoDepartment),
        new(40011, GiveUp, InvalidInput, "The platform refused the page size."),
        new(PageTokenInvalid, GiveUp, UpstreamUnavailable, "The platform does not accept the page_token, or no longer; the listing must start anew."),
        new(40014, GiveUp, NoPermission, DepartmentScope),
        new(40015, GiveUp, NotFoundOrNotVisible, NoDepartment),
        new(40161, GiveUp, NoPermission, DepartmentScope),
        new(40162, GiveUp, InvalidInput, TooLarge),
        new(41011, GiveUp, InvalidInput, "The new user_id is in use."),
        new(41012, GiveUp, NotFoundOrNotVisible, Person, CodeDetail.Ids),
        new(41013, GiveUp, NoPermission, ChangesSpent),
        new(41050, GiveUp, NotFoundOrNotVisible, Person, CodeDetail.Ids),
        new(41054, GiveUp, InvalidInput, "The new user_id is missing."),
        new(42006, GiveUp, NotFoundOrNotVisible, Person, CodeDetail.Ids),
        new(42008, GiveUp, NoPermission, BadTenant),
        new(43007, GiveUp, InvalidInput, "The custom department id is in use."),
        new(43009, GiveUp, NoPermission, ChangesSpent),
        new(DepartmentTooLarge, GiveUp, InvalidInput, TooLarge),
        new(44102, GiveUp, InvalidInput, "The department id is missing."),
        new(48001, GiveUp, InvalidInput, Parameters),
        new(48002, Retry, UpstreamUnavailable, Internal),
    ];

    private static readonly FrozenDictionary<int, CodeRule> s_byCode = s_rules.ToFrozenDictionary(rule => rule.Code);

    /// <summary>Every rule, in the order of the reference.</summary>
    public static IReadOnlyList<CodeRule> Rules => s_rules;

    /// <summary>The meaning of a code; one that the reference does not name is judged by its HTTP status.</summary>
    public static CodeRule Of(int code, int status) => s_byCode.GetValueOrDefault(code) ?? status switch
    {
        429 => s_byCode[99991400] with { Code = code },
        >= 500 => new(code, Retry, UpstreamUnavailable, Internal),
        401 or 403 => new(code, GiveUp, NoPermission, $"The platform denied the call with a code that is not known here: {code}."),
        _ => new(code, GiveUp, UpstreamUnavailable, $"The platform refused the call with a code that is not known here: {code}."),
    };
}
