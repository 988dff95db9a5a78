using System.Collections.Frozen;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Feishu.Telemetry;

namespace IdentityGrpc.Feishu.Http;

/// <summary>The configured apps, each with its channel.</summary>
internal sealed class FeishuApps
{
    private readonly FrozenDictionary<AppId, (FeishuApp App, AppChannel Channel)> _apps;

    /// <exception cref="ArgumentException">Apps are misconfigured; the message names every mistake.</exception>
    public FeishuApps(IReadOnlyList<FeishuApp> apps, Func<FeishuApp, AppChannel> open, FeishuTelemetry telemetry)
    {
        string[] problems =
        [
            .. apps.SelectMany(app => app.Problems()),
            .. apps.GroupBy(app => app.App.Id).Where(same => same.Count() > 1).Select(same => $"The app id {same.Key} is configured {same.Count()} times."),
        ];
        if (problems.Length > 0) throw new ArgumentException(string.Join(' ', problems), nameof(apps));
        _apps = apps.ToFrozenDictionary(app => app.App.Id, app => (app, open(app)));
        telemetry.Watch([.. _apps.Values.Select(app => (app.App.App.Name, app.Channel.Breaker))]);
    }

    /// <exception cref="ArgumentException">No such app is configured.</exception>
    public FeishuApp Of(AppId id) => Find(id).App;

    /// <inheritdoc cref="Of"/>
    public AppChannel ChannelOf(AppId id) => Find(id).Channel;

    private (FeishuApp App, AppChannel Channel) Find(AppId id) =>
        _apps.TryGetValue(id, out var app) ? app : throw new ArgumentException($"The app {id} is not configured.", nameof(id));
}
