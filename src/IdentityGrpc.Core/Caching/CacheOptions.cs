namespace IdentityGrpc.Core.Caching;

/// <summary>How much is kept and for how long it is fresh (design §6). Configuration <c>IdentityGrpc:Cache</c>.</summary>
public sealed record CacheOptions
{
    /// <summary>The open_id and union_id of a person: they never change (R7), visibility does.</summary>
    /// <value>Default 1 hour; 0 to 7 days.</value>
    public TimeSpan IdsFor { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The same for apps whose events arrive (see <see cref="Changes.EventArrivals"/>), which tell when somebody leaves or comes out of sight.</summary>
    /// <value>Default 24 hours; 0 to 7 days. What is shorter than <see cref="IdsFor"/> has no effect.</value>
    public TimeSpan IdsForWithEvents { get; init; } = TimeSpan.FromHours(24);

    /// <summary>What changes or is reused (R14, R16): user_id, status, and anything found by user_id.</summary>
    /// <value>Default 10 minutes; 0 to 1 day.</value>
    public TimeSpan UserIdFor { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Contact → person.</summary>
    /// <value>Default 10 minutes; 0 to 1 day.</value>
    public TimeSpan ContactFor { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>That a key has no answer.</summary>
    /// <value>Default 30 seconds; 0 to 1 hour.</value>
    public TimeSpan NegativeFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Which departments there are below one, and what the contact scope names; for walks over members.</summary>
    /// <value>Default 10 minutes; 0 (every walk lists them) to 1 day.</value>
    public TimeSpan DepartmentsFor { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>For how much longer an answer may be served to a caller that sets <c>allow_stale</c> while the platform is failing.</summary>
    /// <value>Default 10 minutes; 0 to 1 day.</value>
    public TimeSpan StaleFor { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The most bytes of memory that answers and their index take; a person takes about 100. Memory is taken as it fills.</summary>
    /// <value>Default 256 MiB; 1 MiB to 64 GiB.</value>
    public long MaxBytes { get; init; } = 256L << 20;

    /// <summary>The part of its lifetime after which an answer that is read again and again is asked for anew, while the budget has room.</summary>
    /// <value>Default 0.8; 0: never; else 0.1 to 0.99.</value>
    public double RefreshAheadAt { get; init; } = 0.8;
}
