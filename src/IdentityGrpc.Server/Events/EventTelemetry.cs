using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace IdentityGrpc.Server.Events;

/// <summary>Counts the posts to the event endpoints and logs what is refused, seldom enough that nobody can fill a disk with it. Never what was in them.</summary>
internal sealed partial class EventTelemetry(TimeProvider time, ILogger<EventTelemetry> log) : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "IdentityGrpc.Events";

    private static readonly TimeSpan s_logEvery = TimeSpan.FromSeconds(10);

    private readonly Meter _meter = new(MeterName);
    private readonly ConcurrentDictionary<(string App, string Why), long> _logged = new();
    private Counter<long> Posts => field ??= _meter.CreateCounter<long>("identity.events.posts", "{post}", "Posts to the event endpoints, by app and outcome.");

    /// <summary>A genuine post was taken.</summary>
    public void Taken(string app, string kind) => Posts.Add(1, new TagList { { "app", app }, { "outcome", kind } });

    /// <summary>A post was refused.</summary>
    public void Refused(string app, string why, int status)
    {
        Posts.Add(1, new TagList { { "app", app }, { "outcome", why } });
        if (IsDue(app, why)) LogRefused(app, why, status);
    }

    /// <summary>A genuine change could not be published.</summary>
    public void NotPublished(string app, Exception cause)
    {
        Posts.Add(1, new TagList { { "app", app }, { "outcome", "not_published" } });
        if (IsDue(app, "not_published")) LogNotPublished(app, cause);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private bool IsDue(string app, string why)
    {
        long now = time.GetTimestamp();
        if (_logged.TryGetValue((app, why), out long last) && time.GetElapsedTime(last, now) < s_logEvery) return false;
        _logged[(app, why)] = now;
        return true;
    }

    [LoggerMessage(3000, LogLevel.Warning, "A post to the event endpoint of app {App} was refused: {Why} (HTTP {Status}).")]
    private partial void LogRefused(string app, string why, int status);

    [LoggerMessage(3001, LogLevel.Error, "An event of app {App} could not be published and has to be sent again.")]
    private partial void LogNotPublished(string app, Exception cause);
}
