using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Budgets;

/// <summary>
/// The windows of all replicas together, kept where all of them reach it (design §5). Implementations count on one
/// clock of their own and never grant more than the limit within any window, lengthened by the guard. A store that
/// cannot be reached is an exception; the caller then spends its share of the limit by itself.
/// </summary>
public interface ISharedBudget
{
    /// <summary>Takes up to <paramref name="wanted"/> permits at once, in one round trip. Permits that are granted count from now on, used or not.</summary>
    /// <param name="key">What is counted.</param>
    /// <param name="limit">The limit.</param>
    /// <param name="wanted">How many calls wait to be sent at this moment, and how many of them are bulk.</param>
    /// <param name="cancellation">Ends the wait; permits may have been granted all the same.</param>
    ValueTask<SharedGrant> TakeAsync(BudgetKey key, RateLimit limit, PermitsWanted wanted, CancellationToken cancellation);

    /// <summary>The platform throttled a call: no replica is granted anything for the key until the time has passed.</summary>
    ValueTask PauseAsync(BudgetKey key, TimeSpan reset, CancellationToken cancellation);

    /// <summary>The monthly quota is spent: no replica is granted anything for the app until then.</summary>
    ValueTask StopAsync(AppTenant scope, DateTimeOffset until, CancellationToken cancellation);

    /// <summary>Counts calls that a replica sent while it could not reach the store, so that the windows hold them too.</summary>
    /// <param name="key">What is counted.</param>
    /// <param name="limit">The limit.</param>
    /// <param name="ages">How long ago each was sent; at most a minute.</param>
    /// <param name="cancellation">Ends the wait.</param>
    ValueTask SeedAsync(BudgetKey key, RateLimit limit, IReadOnlyList<TimeSpan> ages, CancellationToken cancellation);
}

/// <summary>How many permits are wanted, by priority.</summary>
/// <param name="Interactive">For interactive calls.</param>
/// <param name="Bulk">For bulk calls.</param>
public readonly record struct PermitsWanted(int Interactive, int Bulk);

/// <summary>What a shared budget gave.</summary>
/// <param name="Interactive">Permits for interactive calls; to be used at once.</param>
/// <param name="Bulk">Permits for bulk calls; to be used at once.</param>
/// <param name="RetryAfter">When to ask for the rest, from now; zero where nothing is left to ask for.</param>
/// <param name="StoppedFor">How long the monthly quota stays spent; zero where it is not.</param>
public readonly record struct SharedGrant(int Interactive, int Bulk, TimeSpan RetryAfter, TimeSpan StoppedFor);
