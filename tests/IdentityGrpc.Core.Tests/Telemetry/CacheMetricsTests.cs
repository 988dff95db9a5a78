using System.Diagnostics.Metrics;
using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Telemetry;

namespace IdentityGrpc.Core.Tests.Telemetry;

public class CacheMetricsTests
{
    [Fact]
    public void Cache_Measured_TellsEntriesHitsAndMissesByKindAndNeverAKey()
    {
        using var metrics = new CoreMetrics();
        var cache = new MemoryIdentityCache(new());
        _ = new CacheMetrics(metrics, cache);
        var seen = new Dictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (ReferenceEquals(instrument.Meter, metrics.Meter)) self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((i, v, tags, _) => seen[string.Join(' ', [i.Name, .. tags.ToArray().Select(t => $"{t.Key}={t.Value}")])] = v);
        listener.Start();

        var scope = new AppTenant(new("cli_1"), new("p"), new("t"));
        var ada = PersonId.Of(scope, IdType.OpenId, "ou_ada");
        cache.Store(new PersonKey(scope, ada, true), Failure.NotFound, DateTimeOffset.UnixEpoch);
        cache.Find(new PersonKey(scope, ada, true));
        cache.Find(new PersonKey(scope, ada, false));
        listener.RecordObservableInstruments();

        Assert.Equal(1, seen["identity.cache.entries kind=person_miss"]);
        Assert.Equal(72, seen["identity.cache.bytes kind=person_miss"]);
        Assert.Equal(1, seen["identity.cache.hits kind=person_miss"]);
        Assert.Equal(1, seen["identity.cache.misses kind=person"]);
        Assert.Equal(0, seen["identity.cache.evictions kind=contact"]);
        Assert.Equal(cache.Figures().Bytes, seen["identity.cache.memory"]);
        Assert.DoesNotContain(seen.Keys, k => k.Contains("ada", StringComparison.Ordinal));
    }
}
