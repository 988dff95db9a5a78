using System.Diagnostics.Metrics;
using IdentityGrpc.Core.Caching;

namespace IdentityGrpc.Core.Telemetry;

/// <summary>
/// The figures of the identity cache, on the meter <see cref="CoreMetrics.MeterName"/>, read when they are asked for. Those of answers carry
/// the tag <c>kind</c>: <c>person</c>, <c>person_miss</c>, <c>contact</c> or <c>contact_miss</c>.
/// </summary>
public sealed class CacheMetrics
{
    private readonly IIdentityCache _cache;

    /// <summary>Makes the instruments.</summary>
    public CacheMetrics(CoreMetrics metrics, IIdentityCache cache)
    {
        _cache = cache;
        var meter = metrics.Meter;
        meter.CreateObservableUpDownCounter("identity.cache.memory", () => cache.Figures().Bytes, "By", "Memory taken for answers and their index.");
        meter.CreateObservableUpDownCounter("identity.cache.entries", () => Measure(f => f.Entries), "{answer}", "Answers kept.");
        meter.CreateObservableUpDownCounter("identity.cache.bytes", () => Measure(f => f.Bytes), "By", "Bytes that the answers kept fill.");
        meter.CreateObservableCounter("identity.cache.hits", () => Measure(f => f.Hits), "{lookup}", "Look-ups that found an answer, fresh or not.");
        meter.CreateObservableCounter("identity.cache.misses", () => Measure(f => f.Misses), "{lookup}", "Look-ups that found nothing.");
        meter.CreateObservableCounter("identity.cache.evictions", () => Measure(f => f.Evictions), "{answer}", "Answers that had to make room.");
    }

    private Measurement<long>[] Measure(Func<CacheKindFigures, long> figure)
    {
        var figures = _cache.Figures();
        return [Of("person", figures.People), Of("person_miss", figures.PersonMisses), Of("contact", figures.Contacts), Of("contact_miss", figures.ContactMisses)];

        Measurement<long> Of(string kind, CacheKindFigures kindFigures) => new(figure(kindFigures), new KeyValuePair<string, object?>("kind", kind));
    }
}
