using Grpc.Core;
using IdentityGrpc.Cli.Rpc;

namespace IdentityGrpc.Cli.Output;

/// <summary>What is said of a run that failed, and its exit code.</summary>
internal static class FailureReport
{
    /// <summary>Tells a failure.</summary>
    /// <param name="failure">The failure.</param>
    /// <param name="interrupted">Whether the run had been asked to end.</param>
    public static (ExitCode Code, IReadOnlyList<string> Lines) Of(Exception failure, bool interrupted) => failure switch
    {
        _ when interrupted && failure is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled } => (ExitCode.Interrupted, ["idctl: interrupted"]),
        IdctlException foreseen => (foreseen.Code, [$"idctl: {Printable.Of(foreseen.Message)}"]),
        RpcException call when Failures.IsUnreachable(call) => (ExitCode.Unreachable, [$"idctl: the server cannot be reached: {Printable.Of(Reason(call))}"]),
        RpcException call => (ExitCode.CallFailed, [.. Lines(call)]),
        IOException written when IsClosedPipe(written) => (ExitCode.OutputClosed, []),
        IOException written => (ExitCode.CallFailed, [$"idctl: {written.Message}"]),
        _ => (ExitCode.CallFailed, [$"idctl: {failure}"]),
    };

    /// <summary>EPIPE, and what Windows says for it: other errors of writing, such as a full disk, are to be told.</summary>
    private static bool IsClosedPipe(IOException failure) => failure.HResult is 32 or unchecked((int)0x8007006D) or unchecked((int)0x800700E8);

    private static IEnumerable<string> Lines(RpcException call)
    {
        var details = StatusDetails.Of(call);
        yield return Printable.Of($"idctl: {EnumText.Of(call.StatusCode)}: {call.Status.Detail}");
        // Most servers repeat the violations in the message.
        foreach (var violation in details.Violations.Where(one => !call.Status.Detail.Contains(one.Description, StringComparison.Ordinal))) yield return Printable.Of($"  {violation.Field}: {violation.Description}");
        // The field is called reason since; this version of the message has the name that it was born with.
        if (details.Info is { } info)
        {
            yield return Printable.Of($"  reason: {info.Type} ({info.Domain})");
            foreach (var (name, value) in info.Metadata) yield return Printable.Of($"  {name}: {value}");
        }
        if (details.RetryDelay is { } delay) yield return $"  retry_after: {EnumText.Of(delay)}";
    }

    /// <summary>The innermost cause says it best: the outer ones speak of HTTP.</summary>
    private static string Reason(RpcException call) => (call.Status.DebugException?.GetBaseException() ?? call).Message;
}
