using IdentityGrpc.Core.Batching;
using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Members;

/// <summary>A listing as walks get it.</summary>
/// <param name="Listing">What was listed.</param>
/// <param name="OutOfReach">What could not be listed; such a listing is not kept.</param>
internal sealed record Listed(Listing Listing, IReadOnlyList<SkippedPart> OutOfReach);

/// <summary>
/// Which departments there are, as far as that is known (design §6). (1) A listing that is fresh and has not ended is given from memory.
/// (2) Else walks that want the same one wait for it together; it is looked for among those that replicas share, and then made. A walk
/// that gives up ends it only where no other waits. (3) A listing that has ended while it was made is made once more. Thread-safe.
/// </summary>
internal sealed class ListingCache(ISharedListings shared, Lifetimes lifetimes, Validity validity)
{
    /// <summary>How many departments are remembered, in all listings; a larger company is listed by every walk.</summary>
    public const int MostDepartments = 200_000;

    private readonly Lock _lock = new();
    private readonly OrderedDictionary<ListingKey, Listing> _kept = []; // the oldest first
    private readonly Dictionary<ListingKey, Flight> _flights = [];
    private int _departments;

    /// <summary>How many listings are kept.</summary>
    public int Count
    {
        get { lock (_lock) return _kept.Count; }
    }

    /// <summary>Gives a listing.</summary>
    /// <param name="key">Which.</param>
    /// <param name="call">Its cancellation ends the wait.</param>
    /// <param name="list">Makes it, until it is cancelled; for several walks together where they want it at a time.</param>
    public async Task<Outcome<Listed>> GetAsync(ListingKey key, CallContext call, Func<CancellationToken, Task<Outcome<Listed>>> list)
    {
        if (lifetimes.DepartmentsFor == TimeSpan.Zero) return await list(call.Cancellation);
        for (int asks = 1; ; asks++)
        {
            if (FindFresh(key) is { } kept) return new Listed(kept, []); // (1)
            var listed = await JoinAsync(key, call, list); // (2)
            if (listed.Value is not { } made || !validity.HasListingEnded(key.Scope, made.Listing.AskedAt)) return listed;
            if (asks == CurrentAnswers.MostAsks) return Failure.AlwaysChanging; // (3)
        }
    }

    /// <summary>Forgets a listing that has turned out to be old.</summary>
    public void Drop(ListingKey key)
    {
        lock (_lock) Remove_NeedsLock(key);
        shared.Drop(key);
    }

    private Listing? FindFresh(ListingKey key)
    {
        lock (_lock) return _kept.TryGetValue(key, out var kept) && IsGood(key, kept) ? kept : null;
    }

    private bool IsGood(ListingKey key, Listing listing) => lifetimes.IsFreshListing(listing.AskedAt) && !validity.HasListingEnded(key.Scope, listing.AskedAt);

    private async Task<Outcome<Listed>> JoinAsync(ListingKey key, CallContext call, Func<CancellationToken, Task<Outcome<Listed>>> list)
    {
        Flight? flight;
        bool isNew = false;
        lock (_lock)
        {
            if (!_flights.TryGetValue(key, out flight))
            {
                _flights[key] = flight = new();
                isNew = true;
            }
            flight.Waiting++;
        }
        if (isNew) _ = FlyAsync(key, flight, call, list);
        try
        {
            return await flight.Listed.Task.WaitAsync(call.Cancellation);
        }
        finally
        {
            bool isLeft;
            lock (_lock)
            {
                isLeft = --flight.Waiting == 0 && !flight.Listed.Task.IsCompleted;
                // Whoever comes now begins anew: this one is about to be cancelled.
                if (isLeft) Land_NeedsLock(key, flight);
            }
            if (isLeft) await flight.CancelAsync();
        }
    }

    private async Task FlyAsync(ListingKey key, Flight flight, CallContext call, Func<CancellationToken, Task<Outcome<Listed>>> list)
    {
        try
        {
            var found = await shared.FindAsync(key, call with { Deadline = null, Cancellation = flight.Token });
            var listed = found is not null && IsGood(key, found) ? new Listed(found, []) : await list(flight.Token);
            if (listed.Value is { OutOfReach.Count: 0 } made) Keep(key, made.Listing, isShared: made.Listing == found);
            lock (_lock) Land_NeedsLock(key, flight);
            flight.Listed.SetResult(listed);
        }
        catch (Exception e)
        {
            // Those who wait hear of it.
            lock (_lock) Land_NeedsLock(key, flight);
            flight.Listed.SetException(e);
            _ = flight.Listed.Task.Exception; // and where nobody does any more, it is no news
        }
    }

    private void Keep(ListingKey key, Listing listing, bool isShared)
    {
        if (listing.Departments.Count > MostDepartments || !IsGood(key, listing)) return;
        lock (_lock)
        {
            Remove_NeedsLock(key);
            _kept[key] = listing;
            _departments += listing.Departments.Count + 1;
            while (_departments > MostDepartments + 1) Remove_NeedsLock(_kept.GetAt(0).Key);
        }
        if (!isShared) shared.Store(key, listing, lifetimes.DepartmentsFor);
    }

    private void Remove_NeedsLock(ListingKey key)
    {
        if (_kept.Remove(key, out var listing)) _departments -= listing.Departments.Count + 1;
    }

    private void Land_NeedsLock(ListingKey key, Flight flight)
    {
        if (_flights.TryGetValue(key, out var present) && present == flight) _flights.Remove(key);
    }

    /// <summary>A listing that is being made, and how many walks wait for it.</summary>
    private sealed class Flight : CancellationTokenSource
    {
        public readonly TaskCompletionSource<Outcome<Listed>> Listed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public int Waiting;
    }
}
