namespace IdentityGrpc.Chaos.Staleness;

/// <summary>The one clock of a run: the sandbox, the replicas and the test share a process.</summary>
internal static class Instant
{
    /// <summary>Since some moment, in <see cref="TimeSpan"/>s that never go back.</summary>
    public static TimeSpan Now => TimeProvider.System.GetElapsedTime(0);
}
