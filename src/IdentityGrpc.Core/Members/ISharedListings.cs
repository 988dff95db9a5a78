using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Members;

/// <summary>Listings of departments that replicas share (design §6). It never fails a walk: whatever is wrong with it, it holds nothing.</summary>
public interface ISharedListings
{
    /// <summary>Reads a listing, of whatever age; the caller judges it.</summary>
    /// <param name="key">Which.</param>
    /// <param name="call">Its deadline bounds the wait.</param>
    /// <returns>The listing; null: none.</returns>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    Task<Listing?> FindAsync(ListingKey key, CallContext call);

    /// <summary>Keeps a listing, in the background.</summary>
    /// <param name="key">Which.</param>
    /// <param name="listing">What was listed.</param>
    /// <param name="lasts">For how long it is of use.</param>
    void Store(ListingKey key, Listing listing, TimeSpan lasts);

    /// <summary>Drops a listing that has turned out to be old, in the background.</summary>
    void Drop(ListingKey key);
}

/// <summary>What stands where nothing is shared.</summary>
public sealed class NoSharedListings : ISharedListings
{
    /// <inheritdoc/>
    public Task<Listing?> FindAsync(ListingKey key, CallContext call) => Task.FromResult<Listing?>(null);

    /// <inheritdoc/>
    public void Store(ListingKey key, Listing listing, TimeSpan lasts)
    {
        // Nobody else would read it.
    }

    /// <inheritdoc/>
    public void Drop(ListingKey key)
    {
        // Nothing is kept.
    }
}
