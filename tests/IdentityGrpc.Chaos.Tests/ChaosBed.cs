using IdentityGrpc.Chaos.Faults;

// The tests wait much more than they compute: all classes at once, whatever the machine.
[assembly: CollectionBehavior(MaxParallelThreads = 8, ParallelAlgorithm = Xunit.Sdk.ParallelAlgorithm.Aggressive)]

namespace IdentityGrpc.Chaos.Tests;

/// <summary>A sandbox for the tests of a class.</summary>
public sealed class ChaosBed : IAsyncLifetime
{
    private FaultTrial? _trial;

    internal Bed Bed { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Bed = await Bed.StartAsync([], TestContext.Current.CancellationToken);

    /// <summary>The trial of a class, which measures the healthy platform once.</summary>
    internal FaultTrial TrialOf(IProbe probe) => _trial ??= new(Bed, probe);

    public ValueTask DisposeAsync() => Bed?.DisposeAsync() ?? default;
}
