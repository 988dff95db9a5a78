using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using IdentityGrpc.Core.Directory;
using StatusCode = Grpc.Core.StatusCode;

namespace IdentityGrpc.Server.Errors;

/// <summary>Failures of a call as a whole: the one place where they get their status and details (design §3).</summary>
internal static class RpcErrors
{
    /// <summary>The <c>ErrorInfo</c> domain.</summary>
    public const string Domain = "identity.v1";

    private const string DetailsKey = "grpc-status-details-bin";

    /// <summary>Fields of the request are wrong; all of them are named.</summary>
    public static RpcException InvalidArgument(IReadOnlyList<FieldViolation> violations) => Create(StatusCode.InvalidArgument,
        string.Join(" ", violations.Select(v => $"{v.Field}: {v.Problem}")), "INVALID_ARGUMENT", Bad(violations));

    /// <summary>The request names something that is not there.</summary>
    public static RpcException NotFound(string reason, FieldViolation violation) => Create(StatusCode.NotFound,
        $"{violation.Field}: {violation.Problem}", reason, Bad([violation]));

    /// <summary>A field was right once and is past its time.</summary>
    public static RpcException OutOfRange(string reason, FieldViolation violation) => Create(StatusCode.OutOfRange,
        $"{violation.Field}: {violation.Problem}", reason, Bad([violation]));

    /// <summary>What the request names is not set up for it.</summary>
    public static RpcException FailedPrecondition(string reason, FieldViolation violation) => Create(StatusCode.FailedPrecondition,
        $"{violation.Field}: {violation.Problem}", reason, Bad([violation]));

    /// <summary>A bound of the service is reached.</summary>
    public static RpcException ResourceExhausted(string reason, string message) => Create(StatusCode.ResourceExhausted, message, [new ErrorInfo { Domain = Domain, Type = reason }]);

    /// <summary>Another replica, or this one in a moment, may do.</summary>
    public static RpcException Unavailable(string reason, string message) => Create(StatusCode.Unavailable, message, [new ErrorInfo { Domain = Domain, Type = reason }]);

    /// <summary>The whole call fails for one cause.</summary>
    /// <param name="failure">The cause.</param>
    /// <param name="field">The field of the request that the cause lies in; null where it lies elsewhere.</param>
    public static RpcException From(Failure failure, string? field = null)
    {
        var (code, reason) = failure switch
        {
            // Before the deadline: a budget that refuses early does so for the deadline's sake, and says when to come back.
            { Reason: FailureReason.BudgetExhausted } => (StatusCode.ResourceExhausted, "BUDGET_EXHAUSTED"),
            { DeadlinePassed: true } => (StatusCode.DeadlineExceeded, "DEADLINE_EXCEEDED"),
            { Reason: FailureReason.NoPermission } => (StatusCode.PermissionDenied, "NO_PERMISSION"),
            { Reason: FailureReason.NotFoundOrNotVisible } => (StatusCode.NotFound, "NOT_FOUND_OR_NOT_VISIBLE"),
            { Reason: FailureReason.InvalidInput } => (StatusCode.InvalidArgument, "INVALID_INPUT"),
            _ => (StatusCode.Unavailable, "UPSTREAM_UNAVAILABLE"),
        };
        // This version of the library names field 1 `type`; on the wire it is the `reason` that callers read.
        var info = new ErrorInfo { Domain = Domain, Type = reason };
        if (failure.MissingScopes.Count > 0) info.Metadata["missing_scopes"] = string.Join(',', failure.MissingScopes);
        if (failure.Code is { } platformCode) info.Metadata["platform_code"] = platformCode.ToString(System.Globalization.CultureInfo.InvariantCulture);
        List<IMessage> details = [info];
        if (failure.RetryAfter is { } after) details.Add(new RetryInfo { RetryDelay = after.ToDuration() });
        if (field is not null) details.Add(Bad([new(field, failure.Message)]));
        return Create(code, failure.Message, details);
    }

    private static BadRequest Bad(IReadOnlyList<FieldViolation> violations) => new()
    {
        FieldViolations = { violations.Select(v => new BadRequest.Types.FieldViolation { Field = v.Field, Description = v.Problem }) },
    };

    private static RpcException Create(StatusCode code, string message, string reason, IMessage detail) =>
        Create(code, message, [new ErrorInfo { Domain = Domain, Type = reason }, detail]);

    private static RpcException Create(StatusCode code, string message, IReadOnlyList<IMessage> details)
    {
        var status = new Google.Rpc.Status { Code = (int)code, Message = message, Details = { details.Select(Any.Pack) } };
        return new RpcException(new Grpc.Core.Status(code, message), new Metadata { { DetailsKey, status.ToByteArray() } });
    }
}

/// <summary>A field of a request that is wrong.</summary>
/// <param name="Field">Its path, such as <c>contacts[3].email</c>.</param>
/// <param name="Problem">What is wrong, and what is allowed.</param>
internal sealed record FieldViolation(string Field, string Problem);
