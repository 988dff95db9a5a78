using Microsoft.Extensions.Logging;

namespace IdentityGrpc.Feishu.Telemetry;

/// <summary>What the client logs. Templates take names, codes and times only: never an id of a person, a contact, a token or the platform's own text.</summary>
internal static partial class Log
{
    private const string Call = "{Api} for app {App}";

    [LoggerMessage(2000, LogLevel.Warning, Call + " was refused with code {Outcome} (HTTP {Status}, log id {LogId}).", EventName = nameof(Refused))]
    public static partial void Refused(this ILogger log, string api, string app, string outcome, int status, string? logId);

    [LoggerMessage(2001, LogLevel.Warning, Call + " failed: {Outcome} (HTTP {Status}, {Fault}, log id {LogId}).", EventName = nameof(TryFailed))]
    public static partial void TryFailed(this ILogger log, string api, string app, string outcome, int status, string? fault, string? logId);

    [LoggerMessage(2002, LogLevel.Warning, Call + " was throttled; pausing for {Pause}.", EventName = nameof(Throttled))]
    public static partial void Throttled(this ILogger log, string api, string app, TimeSpan pause);

    [LoggerMessage(2003, LogLevel.Error, "The monthly quota is spent: calls for app {App} in this tenant stop until the month turns.", EventName = nameof(QuotaSpent))]
    public static partial void QuotaSpent(this ILogger log, string app);

    [LoggerMessage(2004, LogLevel.Warning, "Calls for app {App} fail: the breaker opens for {Pause}.", EventName = nameof(BreakerOpened))]
    public static partial void BreakerOpened(this ILogger log, string app, TimeSpan pause);

    [LoggerMessage(2005, LogLevel.Information, "Calls for app {App} succeed again: the breaker closes.", EventName = nameof(BreakerClosed))]
    public static partial void BreakerClosed(this ILogger log, string app);

    [LoggerMessage(2010, LogLevel.Information, "Fetched a token for app {App}, good for {Life}.", EventName = nameof(TokenFetched))]
    public static partial void TokenFetched(this ILogger log, string app, TimeSpan life);

    [LoggerMessage(2011, LogLevel.Warning, "No token for app {App}: {Outcome}.", EventName = nameof(TokenFailed))]
    public static partial void TokenFailed(this ILogger log, string app, string outcome);

    [LoggerMessage(2012, LogLevel.Warning, "The token of app {App} was refused with code {Outcome} and is fetched anew.", EventName = nameof(TokenRefused))]
    public static partial void TokenRefused(this ILogger log, string app, string outcome);

    [LoggerMessage(2013, LogLevel.Warning, "App {App} has no valid app_ticket; the platform was asked to send one.", EventName = nameof(TicketMissing))]
    public static partial void TicketMissing(this ILogger log, string app);
}
