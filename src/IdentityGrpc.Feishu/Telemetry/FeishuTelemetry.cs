using System.Diagnostics;
using System.Diagnostics.Metrics;
using Polly.CircuitBreaker;

namespace IdentityGrpc.Feishu.Telemetry;

/// <summary>Counts and times the calls of the platform.</summary>
internal sealed class FeishuTelemetry : IDisposable
{
    private const string Api = "feishu.api", App = "feishu.app", Result = "feishu.outcome", TryCount = "feishu.tries";
    private static readonly ActivitySource s_activities = new(FeishuDiagnostics.ActivitySourceName);

    private readonly Meter _meter;
    private readonly Counter<long> _calls, _tries, _tokenFetches;
    private readonly Histogram<double> _callDuration, _tryDuration;

    public FeishuTelemetry(IMeterFactory? meters = null)
    {
        _meter = meters?.Create(FeishuDiagnostics.MeterName) ?? new Meter(FeishuDiagnostics.MeterName);
        _calls = _meter.CreateCounter<long>("feishu.client.calls", "{call}", "Calls of the platform, by API, app and outcome.");
        _callDuration = _meter.CreateHistogram<double>("feishu.client.call.duration", "s", "Time of a call with all its tries and waits.");
        _tries = _meter.CreateCounter<long>("feishu.client.tries", "{try}", "HTTP exchanges, by API, app and outcome.");
        _tryDuration = _meter.CreateHistogram<double>("feishu.client.try.duration", "s", "Time of one HTTP exchange.");
        _tokenFetches = _meter.CreateCounter<long>("feishu.client.token.fetches", "{fetch}", "Fetches of an access token, by app and outcome.");
    }

    /// <summary>Shows the state of the apps' breakers: 0 closed, 1 open, 2 half open, 3 held open by hand.</summary>
    public void Watch(IReadOnlyList<(string App, CircuitBreakerStateProvider State)> breakers) =>
        _meter.CreateObservableGauge("feishu.client.breaker.state",
            () => breakers.Select(breaker => new Measurement<int>((int)breaker.State.CircuitState, new KeyValuePair<string, object?>(App, breaker.App))),
            "{state}", "State of an app's circuit breaker: 0 closed, 1 open, 2 half open, 3 isolated.");

    public static Activity? Start(string api, string app)
    {
        var activity = s_activities.StartActivity(api, ActivityKind.Client);
        activity?.SetTag(Api, api).SetTag(App, app);
        return activity;
    }

    public void Called(Activity? activity, string api, string app, string outcome, int tries, TimeSpan duration, bool outage)
    {
        var tags = Tags(api, app, outcome);
        _calls.Add(1, tags);
        _callDuration.Record(duration.TotalSeconds, tags);
        activity?.SetTag(Result, outcome).SetTag(TryCount, tries);
        if (outage) activity?.SetStatus(ActivityStatusCode.Error, outcome);
    }

    public void Tried(string api, string app, string outcome, TimeSpan duration)
    {
        var tags = Tags(api, app, outcome);
        _tries.Add(1, tags);
        _tryDuration.Record(duration.TotalSeconds, tags);
    }

    public void TokenFetched(string app, string outcome) => _tokenFetches.Add(1, new TagList { { App, app }, { Result, outcome } });

    public void Dispose() => _meter.Dispose();

    private static TagList Tags(string api, string app, string outcome) => new() { { Api, api }, { App, app }, { Result, outcome } };
}
