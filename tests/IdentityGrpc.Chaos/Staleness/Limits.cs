using IdentityGrpc.V1;

namespace IdentityGrpc.Chaos.Staleness;

/// <summary>The lifetimes that the replicas run with, so short that a run sees many of each.</summary>
internal sealed record Limits(TimeSpan Ids, TimeSpan UserId, TimeSpan Contact, TimeSpan Negative, TimeSpan Stale)
{
    /// <summary>Two clocks that agree on no better than this.</summary>
    private static readonly TimeSpan s_slop = TimeSpan.FromMilliseconds(20);

    public static Limits Short { get; } = new(TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(0.5));

    public IReadOnlyList<string> Settings =>
    [
        $"Cache:IdsFor={Ids:c}", $"Cache:UserIdFor={UserId:c}", $"Cache:ContactFor={Contact:c}", $"Cache:NegativeFor={Negative:c}", $"Cache:StaleFor={Stale:c}",
    ];

    /// <summary>The greatest age for a request; never more than it says itself.</summary>
    public TimeSpan Within(TimeSpan lifetime, Freshness freshness, Source source)
    {
        var limit = source == Source.Stale && freshness.AllowStale ? lifetime + Stale : lifetime;
        return (freshness.MaxAge?.ToTimeSpan() is { } age && age < limit ? age : limit) + s_slop;
    }
}
