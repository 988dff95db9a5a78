using IdentityGrpc.Core.Changes;
using IdentityGrpc.Redis.Caching;

namespace IdentityGrpc.Redis.Changes;

/// <summary>
/// Changes for every replica, through a stream in Redis (design §6, §8). Publishing first ends what the shared cache holds, so that
/// whoever reads there after the change came into the log finds none of it; then the change goes into the log, and the bell is rung.
/// </summary>
internal sealed class RedisChangeBus(ChangeLog log, SharedEnds ends, ChangeProgress progress) : IChangeBus
{
    /// <inheritdoc/>
    public async Task<DateTimeOffset> PublishAsync(Change change, CancellationToken cancellation)
    {
        try
        {
            await ends.ApplyAsync(change, cancellation);
            var at = await log.AddAsync(change, cancellation);
            progress.Want();
            return at;
        }
        catch (Exception trouble) when (RedisTrouble.IsTrouble(trouble))
        {
            throw new ChangeBusException($"The change is not sure to be in the log: Redis {RedisTrouble.NameOf(trouble)}.");
        }
    }

    /// <inheritdoc/>
    public async Task<ChangePage> ReadAsync(ChangePosition? after, int most, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        try
        {
            var page = await log.ReadAsync(after, most, cancellation);
            // What cannot be read is as good as missing.
            var changes = page.Changes.Where(e => e.Change is not null).Select(e => new PublishedChange(e.Change!, e.At, e.Position)).ToList();
            return new(changes, page.Gap ? page.End : page.ReadTo, page.Gap || changes.Count < page.Changes.Count);
        }
        catch (Exception trouble) when (RedisTrouble.IsTrouble(trouble))
        {
            throw new ChangeBusException($"The log of changes cannot be read: Redis {RedisTrouble.NameOf(trouble)}.");
        }
    }

    /// <inheritdoc/>
    public Task WaitAsync(ChangePosition after, CancellationToken cancellation) => progress.LeftAsync(after, cancellation);
}
