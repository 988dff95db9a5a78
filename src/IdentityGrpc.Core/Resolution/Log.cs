using Microsoft.Extensions.Logging;

namespace IdentityGrpc.Core.Resolution;

internal static partial class Log
{
    [LoggerMessage(1101, LogLevel.Error, "Asking ahead of expiry failed inside the service")]
    public static partial void RefreshFault(this ILogger logger, Exception exception);
}
