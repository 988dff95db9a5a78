using System.Net.Sockets;
using Grpc.Core;

namespace IdentityGrpc.Cli.Rpc;

/// <summary>Telling failures apart.</summary>
internal static class Failures
{
    /// <summary>Whether a call failed on the way, and not at the server: nothing listens, or the connection broke.</summary>
    public static bool IsUnreachable(RpcException failure)
    {
        if (failure.StatusCode is not (StatusCode.Unavailable or StatusCode.Internal or StatusCode.Unknown)) return false;
        for (var cause = failure.Status.DebugException; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpRequestException or SocketException or IOException) return true;
        }
        return false;
    }
}
