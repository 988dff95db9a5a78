using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Members;

namespace IdentityGrpc.Core.Tests.Members;

/// <summary>Listings that another replica would find.</summary>
internal sealed class KeptListings : ISharedListings
{
    public Dictionary<ListingKey, Listing> Kept { get; } = [];

    public Task<Listing?> FindAsync(ListingKey key, CallContext call) => Task.FromResult(Kept.GetValueOrDefault(key));

    public void Store(ListingKey key, Listing listing, TimeSpan lasts) => Kept[key] = listing;

    public void Drop(ListingKey key) => Kept.Remove(key);
}
