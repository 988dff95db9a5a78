using Microsoft.Extensions.Logging;

namespace IdentityGrpc.Core.Batching;

internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Error, "Asking {Api} failed inside the service")]
    public static partial void CallFault(this ILogger logger, string api, Exception exception);

    [LoggerMessage(1002, LogLevel.Error, "Taking a permit for {Api} failed inside the service")]
    public static partial void PermitFault(this ILogger logger, string api, Exception exception);

    [LoggerMessage(1003, LogLevel.Error, "Sorting out a refused batch of {Api} failed inside the service")]
    public static partial void QuarantineFault(this ILogger logger, string api, Exception exception);
}
