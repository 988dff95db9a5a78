using System.Diagnostics.Metrics;
using IdentityGrpc.Core.Telemetry;
using IdentityGrpc.Core.Tests.Batching;
using IdentityGrpc.Testing;
using static IdentityGrpc.Core.Tests.Batching.LookupRig;

namespace IdentityGrpc.Core.Tests.Telemetry;

public class CoreMetricsTests
{
    [Fact]
    public void Lookups_Measured_TellFillQueueAndSharingAndNeverAKey() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig();
        var seen = new Dictionary<string, double>();
        var tags = new HashSet<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (ReferenceEquals(instrument.Meter, rig.Metrics.Meter)) self.EnableMeasurementEvents(instrument);
            },
        };
        void See(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> with)
        {
            seen[instrument.Name] = instrument is Histogram<double> or Histogram<int> ? value : seen.GetValueOrDefault(instrument.Name) + value;
            foreach (var tag in with) tags.Add($"{tag.Key}={tag.Value}");
        }
        listener.SetMeasurementEventCallback<double>((i, v, t, _) => See(i, v, t));
        listener.SetMeasurementEventCallback<int>((i, v, t, _) => See(i, v, t));
        listener.SetMeasurementEventCallback<long>((i, v, t, _) => See(i, v, t));
        listener.Start();

        rig.Directory.Holds = true;
        Task[] all = [rig.GetAsync(OpenId("first")), rig.GetAsync(OpenId("ada")), rig.GetAsync(OpenId("bea")), rig.GetAsync(OpenId("bea"))];
        Assert.Equal(2, seen["identity.batching.queue.length"]);
        rig.Clock.Advance(TimeSpan.FromMilliseconds(2));
        rig.Directory.ReleaseAll();
        await Task.WhenAll(all);

        Assert.Equal(0, seen["identity.batching.queue.length"]);
        Assert.Equal(2, seen["identity.batching.batch.keys"]);
        Assert.Equal(2 / 50.0, seen["identity.batching.batch.fill"]);
        Assert.Equal(0.002, seen["identity.batching.linger"], 6);
        Assert.Equal(1, seen["identity.batching.flights.shared"]);
        Assert.Equal(2, seen["identity.budget.permits"]);
        Assert.Contains("app=cli_test", tags);
        Assert.Contains("result=granted", tags);
        Assert.DoesNotContain(tags, t => t.Contains("ou_", StringComparison.Ordinal) || t.Contains("caller", StringComparison.Ordinal));
        Assert.Equal("IdentityGrpc.Core", CoreMetrics.MeterName);
    });
}
