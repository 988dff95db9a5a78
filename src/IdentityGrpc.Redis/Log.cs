using Microsoft.Extensions.Logging;

namespace IdentityGrpc.Redis;

/// <summary>What is said of Redis: changes of state only. Templates take codes and times, never a key or an exception of Redis, whose text holds keys.</summary>
internal static partial class Log
{
    [LoggerMessage(3101, LogLevel.Information, "The log of changes in Redis is read; the shared cache is in use.")]
    public static partial void Following(this ILogger logger);

    [LoggerMessage(3102, LogLevel.Warning, "The log of changes cannot be read (Redis {Trouble}): the shared cache is left alone until it can.")]
    public static partial void NotFollowing(this ILogger logger, string trouble);

    [LoggerMessage(3103, LogLevel.Warning, "Changes may have been missed: all that is kept has ended.")]
    public static partial void ChangesMissed(this ILogger logger);

    [LoggerMessage(3104, LogLevel.Error, "Reading the log of changes failed inside the service")]
    public static partial void FollowingFault(this ILogger logger, Exception exception);

    [LoggerMessage(3105, LogLevel.Warning, "The clock of Redis was set ahead by {By}.")]
    public static partial void ClockSetAhead(this ILogger logger, TimeSpan by);

    [LoggerMessage(3106, LogLevel.Error, "The clock of Redis was set back by {By}, or this machine's is ahead of it: what changes until it has caught up is not answered. Check the time of both machines.")]
    public static partial void ClockSetBack(this ILogger logger, TimeSpan by);

    [LoggerMessage(3110, LogLevel.Warning, "Reads of the shared cache fail (Redis {Trouble}): it is left alone until Redis answers again.")]
    public static partial void ReadsStopped(this ILogger logger, string trouble);

    [LoggerMessage(3111, LogLevel.Information, "Redis answers: the shared cache is read again.")]
    public static partial void ReadsGoOn(this ILogger logger);

    [LoggerMessage(3112, LogLevel.Warning, "Writes to the shared cache fail (Redis {Trouble}): answers are not shared for the time being.")]
    public static partial void WritesStopped(this ILogger logger, string trouble);

    [LoggerMessage(3113, LogLevel.Information, "Answers are shared again.")]
    public static partial void WritesGoOn(this ILogger logger);

    [LoggerMessage(3114, LogLevel.Error, "Sharing answers failed inside the service")]
    public static partial void SharingFault(this ILogger logger, Exception exception);

    [LoggerMessage(3115, LogLevel.Error, "Reading the shared cache failed inside the service")]
    public static partial void ReadFault(this ILogger logger, Exception exception);
}
