using Grpc.Core;
using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Server.Services;

/// <summary>Reads what a call says outside its message: urgency, deadline, caller.</summary>
internal static class Calls
{
    /// <summary>The metadata key of a call's urgency.</summary>
    public const string PriorityKey = "x-identity-priority";

    private static readonly TimeSpan s_leastMargin = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_greatestMargin = TimeSpan.FromMilliseconds(250);

    /// <summary>The context of a call. Its deadline lies before the caller's, so that the keys which got an answer reach the caller in time.</summary>
    public static CallContext Read(ServerCallContext context, RequestReader reader, TimeProvider time) =>
        new(Priority(context, reader), Deadline(context, time.GetUtcNow()), context.Peer, context.CancellationToken);

    private static Priority Priority(ServerCallContext context, RequestReader reader)
    {
        string value = context.RequestHeaders.GetValue(PriorityKey) ?? "interactive";
        if (value is not ("interactive" or "bulk")) reader.Violation($"metadata {PriorityKey}", "is neither interactive nor bulk.");
        return value == "bulk" ? Core.Directory.Priority.Bulk : Core.Directory.Priority.Interactive;
    }

    private static DateTimeOffset? Deadline(ServerCallContext context, DateTimeOffset now)
    {
        if (context.Deadline == DateTime.MaxValue) return null;
        var deadline = new DateTimeOffset(context.Deadline, TimeSpan.Zero);
        var tenth = (deadline - now) / 10;
        return deadline - (tenth < s_leastMargin ? s_leastMargin : tenth > s_greatestMargin ? s_greatestMargin : tenth);
    }
}
