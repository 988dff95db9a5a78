using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Budgets;

/// <summary>
/// Where replicas agree who may spend how much of a limit (design §5). Each replica holds a share of each window; the
/// shares of all never exceed the limit. A store that cannot be reached is an exception, soon; the replica then goes on
/// with what it holds.
/// </summary>
public interface ISharedBudget
{
    /// <summary>
    /// Tells what the replica holds and wants, and gets what it may hold for <see cref="ReplicaBudget.Lease"/>, in one
    /// round trip. What is told is believed, and replaces what the replica was given before.
    /// </summary>
    /// <param name="key">What is counted.</param>
    /// <param name="limit">The limit.</param>
    /// <param name="claim">What the replica holds and wants.</param>
    /// <param name="cancellation">Ends the wait; the store may have done its part all the same.</param>
    ValueTask<SharedGrant> SyncAsync(BudgetKey key, RateLimit limit, ShareClaim claim, CancellationToken cancellation);

    /// <summary>The monthly quota is spent: every replica hears of it with its next round trip, until then.</summary>
    ValueTask StopAsync(AppTenant scope, DateTimeOffset until, CancellationToken cancellation);

    /// <summary>Says that this replica lives; to be repeated every <see cref="ReplicaBudget.BeatInterval"/>.</summary>
    /// <returns>How many replicas live, this one included.</returns>
    ValueTask<int> BeatAsync(CancellationToken cancellation);

    /// <summary>Says that this replica ends.</summary>
    ValueTask LeaveAsync(CancellationToken cancellation);
}

/// <summary>What a replica tells of its share.</summary>
/// <param name="Era">The <see cref="SharedGrant.Era"/> that it was told last; 0: none yet.</param>
/// <param name="Held">What it holds: no more than this is counted by its windows, now and until it is told otherwise.</param>
/// <param name="Wanted">What it would hold.</param>
/// <param name="Replicas">How many replicas there are by its count.</param>
/// <param name="Pause">For how long the platform wants nothing; zero: it has not said so lately.</param>
/// <param name="IsBack">Whether it could not reach the store for a lease or longer: others may have gone on without it as well, and be on their way back.</param>
/// <param name="Leaves">Whether it gives its share back, but for the calls that it holds.</param>
public readonly record struct ShareClaim(long Era, WindowCounts Held, WindowCounts Wanted, int Replicas, TimeSpan Pause, bool IsBack = false, bool Leaves = false);

/// <summary>What a replica may hold.</summary>
/// <param name="Era">The time over which the store has forgotten nothing; never 0.</param>
/// <param name="Held">What it holds from now on; never less than it claimed.</param>
/// <param name="Due">What would be its fair part: it is to go down to it where it holds more, and gets it as soon as others have where it holds less.</param>
/// <param name="PausedFor">How long no replica may send anything for the key.</param>
/// <param name="StoppedFor">How long the monthly quota stays spent.</param>
public readonly record struct SharedGrant(long Era, WindowCounts Held, WindowCounts Due, TimeSpan PausedFor, TimeSpan StoppedFor);
