using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using IdentityGrpc.Feishu.Telemetry;
using Microsoft.Extensions.Logging;

namespace IdentityGrpc.Feishu.Tests.Wire;

/// <summary>Hears every log line, measurement and trace of a test, and holds them against what must never stand in them.</summary>
public sealed class Observer : ILoggerProvider, IMeterFactory
{
    private readonly List<Meter> _meters = [];
    private readonly MeterListener _measurements = new();
    private readonly ActivityListener _activities;

    public Observer()
    {
        _measurements.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, this)) listener.EnableMeasurementEvents(instrument);
        };
        _measurements.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Measured(instrument, value, tags));
        _measurements.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Measured(instrument, value, tags));
        _measurements.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Measured(instrument, value, tags));
        _measurements.Start();
        _activities = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => Activities.Enqueue($"{activity.Source.Name} {activity.DisplayName} {activity.StatusDescription} {string.Join(' ', activity.TagObjects)} {string.Join(' ', activity.Events.Select(e => e.Name))}"),
        };
        ActivitySource.AddActivityListener(_activities);
    }

    public ConcurrentQueue<string> Logs { get; } = new();

    public ConcurrentQueue<string> Activities { get; } = new();

    public ConcurrentQueue<(string Instrument, double Value, Dictionary<string, object?> Tags)> Measurements { get; } = new();

    /// <summary>What failures and exceptions said.</summary>
    public ConcurrentQueue<string> Texts { get; } = new();

    /// <summary>The sum of an instrument over the measurements that carry the tag.</summary>
    public double Sum(string instrument, string tag, string value)
    {
        _measurements.RecordObservableInstruments();
        return Measurements.Where(m => m.Instrument == instrument && (string?)m.Tags.GetValueOrDefault(tag) == value).Sum(m => m.Value);
    }

    /// <summary>The newest value of a gauge.</summary>
    public double Gauge(string instrument)
    {
        _measurements.RecordObservableInstruments();
        return Measurements.Last(m => m.Instrument == instrument).Value;
    }

    /// <summary>Fails where something personal or secret was said.</summary>
    public void AssertSilentAbout(IEnumerable<string> secrets)
    {
        string[] said = [.. Logs, .. Activities, .. Texts, .. Measurements.Select(m => $"{m.Instrument} {string.Join(' ', m.Tags)}")];
        foreach (string secret in secrets) Assert.DoesNotContain(said, text => text.Contains(secret, StringComparison.OrdinalIgnoreCase));
    }

    public Meter Create(MeterOptions options)
    {
        Assert.Equal(FeishuDiagnostics.MeterName, options.Name);
        var meter = new Meter(new MeterOptions(options.Name) { Scope = this });
        _meters.Add(meter);
        return meter;
    }

    public ILogger CreateLogger(string categoryName) => new Recorder(Logs);

    public void Dispose()
    {
        _measurements.Dispose();
        _activities.Dispose();
        _meters.ForEach(meter => meter.Dispose());
    }

    private void Measured(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        Measurements.Enqueue((instrument.Name, value, tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value)));

    private sealed class Recorder(ConcurrentQueue<string> logs) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            logs.Enqueue($"{eventId.Name}: {formatter(state, exception)} {exception}");
    }
}
