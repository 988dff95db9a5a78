using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.ExceptionServices;

namespace IdentityGrpc.Testing;

/// <summary>
/// All that the code under test says in a run: every log line, measurement, trace and exception of the process, what other
/// processes print, and what Redis is told. Judged at the end, when all secrets are known.
/// </summary>
public sealed class RunRecord : IDisposable
{
    private const int MostTexts = 1_000_000;
    private static readonly Lazy<RunRecord> s_ofProcess = new(() => new());

    private readonly SecretScan _scan = new();
    private readonly ConcurrentDictionary<string, string> _texts = new();
    private readonly ConcurrentDictionary<string, StrongBox> _counts = new();
    private readonly ConcurrentQueue<string> _missed = new();
    private readonly MeterListener _measurements = new();
    private readonly ActivityListener _activities;
    private int _different; // the dictionary's own count takes all of its locks
    private volatile bool _overflown;

    /// <summary>Begins to listen to the whole process, until it is disposed of.</summary>
    public RunRecord()
    {
        _measurements.InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument);
        Measure<byte>();
        Measure<short>();
        Measure<int>();
        Measure<long>();
        Measure<float>();
        Measure<double>();
        Measure<decimal>();
        _measurements.Start();
        _activities = new()
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => Hear("trace", RecordText.Of(activity)),
        };
        ActivitySource.AddActivityListener(_activities);
        AppDomain.CurrentDomain.FirstChanceException += OnException;
    }

    /// <summary>The one that the process's own test fixtures share; it listens from its first use on.</summary>
    public static RunRecord OfProcess => s_ofProcess.Value;

    /// <summary>Takes what was said.</summary>
    /// <param name="source">Where: <c>log</c>, <c>metric</c>, <c>trace</c>, <c>exception</c>, <c>redis</c>, <c>redis-key</c>, or the program that printed it.</param>
    /// <param name="text">What.</param>
    public void Hear(string source, string text)
    {
        Interlocked.Increment(ref _counts.GetOrAdd(source, _ => new()).Value);
        if (Volatile.Read(ref _different) >= MostTexts) _overflown = true;
        else if (_texts.TryAdd(text, source)) Interlocked.Increment(ref _different);
    }

    /// <summary>Tells that something was said that could not be heard: no verdict can be good then.</summary>
    public void Miss(string what) => _missed.Enqueue(what);

    /// <summary>Takes each line that a program printed.</summary>
    public void HearAll(string program, string output)
    {
        foreach (string line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries)) Hear(program, line);
    }

    /// <summary>Adds what must not be said: the secrets of a simulator's apps, and the contacts of its people as they now are.</summary>
    public async Task KnowAsync(SandboxTruth truth, CancellationToken cancellationToken = default)
    {
        var apps = await truth.AppsAsync(cancellationToken);
        _scan.Know(apps.Select(a => a.AppSecret));
        foreach (string tenant in apps.SelectMany(a => a.TenantKeys).Distinct())
        {
            foreach (var user in await truth.UsersAsync(tenant, cancellationToken)) _scan.Know([user.Email, user.EnterpriseEmail, user.Mobile, Bare(user.Mobile)]);
        }
        _measurements.RecordObservableInstruments();
    }

    /// <summary>What was heard, and what of it should not have been said.</summary>
    public RunVerdict Judge()
    {
        _measurements.RecordObservableInstruments();
        var said = _texts.Select(t => (Source: t.Value, Text: t.Key, Found: _scan.Find(t.Key))).Where(t => t.Found is not null)
            .Select(t => $"{t.Source}: {t.Found} in: {t.Text}").Order(StringComparer.Ordinal).ToList();
        if (_overflown) said.Add($"More than {MostTexts:N0} different texts were heard; those beyond were not looked at.");
        said.AddRange(_missed.Select(what => $"Not heard: {what}"));
        return new(_counts.ToDictionary(c => c.Key, c => c.Value.Value), _scan.Known, said);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        AppDomain.CurrentDomain.FirstChanceException -= OnException;
        _measurements.Dispose();
        _activities.Dispose();
    }

    private static string? Bare(string? mobile) => mobile is not null && mobile.StartsWith("+86", StringComparison.Ordinal) ? mobile[3..] : null;

    private void Measure<T>() where T : struct =>
        _measurements.SetMeasurementEventCallback<T>((instrument, _, tags, _) => Hear("metric", RecordText.Of(instrument, tags)));

    private void OnException(object? sender, FirstChanceExceptionEventArgs e)
    {
        if (!RecordText.IsOfTests(e.Exception)) Hear("exception", RecordText.Of(e.Exception));
    }

    private sealed class StrongBox
    {
        public long Value;
    }
}

/// <summary>What a run said.</summary>
/// <param name="Heard">How many texts of each source.</param>
/// <param name="Known">How many values were looked for, beside shapes.</param>
/// <param name="Said">What should not have been said; empty where all is well.</param>
public sealed record RunVerdict(IReadOnlyDictionary<string, long> Heard, int Known, IReadOnlyList<string> Said)
{
    private const int MostShown = 20;

    /// <exception cref="InvalidOperationException">Something was said that should not have been, or nothing was heard at all.</exception>
    public void ThrowIfBroken(params string[] sources)
    {
        if (sources.Except(Heard.Keys).ToList() is { Count: > 0 } silent) throw new InvalidOperationException($"Nothing was heard of: {string.Join(", ", silent)}.");
        if (Said.Count > 0) throw new InvalidOperationException($"{Said.Count} texts hold a token, secret, e-mail or mobile:\n{string.Join('\n', Said.Take(MostShown))}");
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{string.Join(", ", Heard.OrderBy(h => h.Key, StringComparer.Ordinal).Select(h => $"{h.Value:N0} × {h.Key}"))}; looked for {Known:N0} known values and every e-mail, mobile and token by shape; found {Said.Count}";
}
