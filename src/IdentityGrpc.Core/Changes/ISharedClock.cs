namespace IdentityGrpc.Core.Changes;

/// <summary>The one clock of all replicas, by which answers are stamped and ends are set (design §6).</summary>
public interface ISharedClock
{
    /// <summary>The present, never later than it really is there. Costs no round trip.</summary>
    DateTimeOffset Now { get; }
}

/// <summary>The clock of one replica alone.</summary>
public sealed class LocalClock(TimeProvider time) : ISharedClock
{
    /// <inheritdoc/>
    public DateTimeOffset Now => time.GetUtcNow();
}
