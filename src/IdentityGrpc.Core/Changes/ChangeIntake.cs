namespace IdentityGrpc.Core.Changes;

/// <summary>Takes changes in: what they end has ended here and, once the bus has them, everywhere (design §8).</summary>
/// <remarks>
/// (1) Apply, so that this replica is right from now on, whatever becomes of the bus. (2) Publish; only then may whoever told the change be
/// answered. (3) Apply again as of the moment that holds for all replicas, which may be later. A change that comes again is taken in again.
/// </remarks>
public sealed class ChangeIntake(MemoryWatermarks marks, IChangeBus bus, EventArrivals arrivals)
{
    /// <summary>Takes a change in.</summary>
    /// <param name="change">The change.</param>
    /// <param name="cancellation">Gives up; the change may have been published all the same.</param>
    /// <returns>As of when it has ended what it ends.</returns>
    /// <exception cref="ChangeBusException">It is not certain that every replica will see it: whoever told it must tell it again.</exception>
    public async Task<DateTimeOffset> TakeAsync(Change change, CancellationToken cancellation)
    {
        marks.Apply(change.Ends, marks.Now); // (1)
        var at = await bus.PublishAsync(change, cancellation); // (2)
        marks.Apply(change.Ends, at); // (3)
        arrivals.Note(change, at);
        return at;
    }
}
