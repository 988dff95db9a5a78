using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Members;
using IdentityGrpc.Redis.Caching;
using Microsoft.Extensions.Caching.Distributed;

namespace IdentityGrpc.Redis.Members;

/// <summary>
/// Listings of departments that replicas share, one key each, through the platform's own cache on Redis (design §6). They are read by the
/// rules of answers: what the log of changes says is done before a listing is looked at, so one that has ended is known to have.
/// </summary>
internal sealed class RedisListings(IDistributedCache cache, SharedReads reads, RedisConnection connection, RedisKeys keys, SharedCacheMetrics metrics) : ISharedListings
{
    // Some 28,000 departments; a value much larger holds up what else goes over the connection.
    private const int MostBytes = 1 << 20;
    private const string Operation = "departments";

    /// <inheritdoc/>
    public async Task<Listing?> FindAsync(ListingKey key, CallContext call) =>
        await reads.ReadAsync(cancellation => cache.GetAsync(keys.Of(key), cancellation), call) is { } bytes ? ListingCodec.Read(bytes) : null;

    /// <inheritdoc/>
    public void Store(ListingKey key, Listing listing, TimeSpan lasts)
    {
        byte[] bytes = ListingCodec.Write(listing);
        if (bytes.Length <= MostBytes) _ = TryAsync(cancellation => cache.SetAsync(keys.Of(key), bytes, new() { AbsoluteExpirationRelativeToNow = lasts }, cancellation));
    }

    /// <inheritdoc/>
    public void Drop(ListingKey key) => _ = TryAsync(cancellation => cache.RemoveAsync(keys.Of(key), cancellation));

    // Nobody waits for it, and what fails is no loss.
    private async Task TryAsync(Func<CancellationToken, Task> write)
    {
        if (!reads.IsOpen) return;
        try
        {
            await connection.RunAsync(async _ =>
            {
                await write(CancellationToken.None);
                return true;
            }, CancellationToken.None);
        }
        catch (Exception trouble) when (RedisTrouble.IsTrouble(trouble))
        {
            metrics.Failed(Operation);
        }
    }
}
