using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Feishu.Errors;

/// <summary>What the client does about a code of the platform.</summary>
internal enum CodeAction
{
    /// <summary>Nothing: the code is the answer.</summary>
    GiveUp,

    /// <summary>Asks again after a pause that grows.</summary>
    Retry,

    /// <summary>Drops the token, fetches one for all who wait, asks again once.</summary>
    RefreshToken,

    /// <summary>Drops the app_ticket and asks the platform for a new one (reference §1.4).</summary>
    RenewTicket,

    /// <summary>Waits as long as the platform says, then asks again (reference §6.4).</summary>
    Throttle,

    /// <summary>Stops the app until the month turns (99991403).</summary>
    StopForMonth,
}

/// <summary>What a code's detail names.</summary>
internal enum CodeDetail
{
    /// <summary>Nothing of use.</summary>
    None,

    /// <summary>Ids in the question that spoiled the whole call (U1): <see cref="Failure.InvalidIds"/>.</summary>
    Ids,

    /// <summary>Scopes of which any one would help: <see cref="Failure.MissingScopes"/>.</summary>
    Scopes,

    /// <summary>A field of the request.</summary>
    Field,
}

/// <summary>The one meaning of a code.</summary>
/// <param name="Code">The platform's code.</param>
/// <param name="Action">What the client does.</param>
/// <param name="Reason">The answer when that did not help.</param>
/// <param name="Message">The answer for people.</param>
/// <param name="Detail">What the platform's detail names.</param>
internal sealed record CodeRule(int Code, CodeAction Action, FailureReason Reason, string Message, CodeDetail Detail = CodeDetail.None)
{
    /// <summary>Whether asking again later may help without any change by anybody.</summary>
    public bool Retryable => Action != CodeAction.GiveUp;
}
