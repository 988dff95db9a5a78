using System.Buffers.Binary;
using System.Security.Cryptography;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Changes;

/// <summary>The log of changes of one replica alone. It lives in memory: after a restart it is another log, and whoever reads on from the former one is told of a gap.</summary>
public sealed class LocalChangeBus : IChangeBus
{
    private readonly Lock _lock = new();
    private readonly ISharedClock _clock;
    private readonly PublishedChange?[] _kept;
    private readonly RecentEvents _seen;
    private readonly long _log = BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(long)));
    private long _next = 1;
    private TaskCompletionSource _grown = New();

    /// <summary>Makes an empty log.</summary>
    /// <param name="clock">The clock that says when changes end what they end.</param>
    /// <param name="kept">How many changes the log holds; older ones are a gap. At least 1.</param>
    /// <param name="remembered">How many events are remembered so that none shows twice; at least 1. The platform sends an event again for up to 7 hours (reference §7.4).</param>
    public LocalChangeBus(ISharedClock clock, int kept = 20_000, int remembered = 100_000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(kept, 1);
        (_clock, _kept, _seen) = (clock, new PublishedChange?[kept], new(remembered));
    }

    /// <inheritdoc/>
    public Task<DateTimeOffset> PublishAsync(Change change, CancellationToken cancellation)
    {
        TaskCompletionSource grown;
        DateTimeOffset at;
        lock (_lock)
        {
            at = _clock.Now;
            if (!_seen.Add((change.EventId, change.ToldTo))) return Task.FromResult(at);
            _kept[_next % _kept.Length] = new(change, at, At_NeedsLock(_next));
            _next++;
            (grown, _grown) = (_grown, New());
        }
        grown.SetResult();
        return Task.FromResult(at);
    }

    /// <inheritdoc/>
    public Task<ChangePage> ReadAsync(ChangePosition? after, int most, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        lock (_lock)
        {
            var end = At_NeedsLock(_next - 1);
            if (after is not { } place) return Task.FromResult(new ChangePage([], end, Gap: false));
            long first = Math.Max(1, _next - _kept.Length);
            if (place.Log != _log || place.Major < first - 1 || place.Major >= _next) return Task.FromResult(new ChangePage([], end, Gap: true));
            int count = (int)Math.Min(most, _next - 1 - place.Major);
            var changes = new PublishedChange[count];
            for (int i = 0; i < count; i++) changes[i] = _kept[(place.Major + 1 + i) % _kept.Length]!;
            return Task.FromResult(new ChangePage(changes, At_NeedsLock(place.Major + count), Gap: false));
        }
    }

    /// <inheritdoc/>
    public Task WaitAsync(ChangePosition after, CancellationToken cancellation)
    {
        lock (_lock) return after != At_NeedsLock(_next - 1) ? Task.CompletedTask : _grown.Task.WaitAsync(cancellation);
    }

    private ChangePosition At_NeedsLock(long place) => new(_log, place, 0);

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>The events seen last, a bounded number of them. Not thread-safe.</summary>
internal sealed class RecentEvents(int capacity)
{
    private readonly HashSet<(string EventId, AppId? ToldTo)> _set = [];
    private readonly Queue<(string EventId, AppId? ToldTo)> _order = new();

    /// <summary>Remembers an event.</summary>
    /// <returns>Whether it is new.</returns>
    public bool Add((string EventId, AppId? ToldTo) one)
    {
        if (!_set.Add(one)) return false;
        _order.Enqueue(one);
        if (_order.Count > capacity) _set.Remove(_order.Dequeue());
        return true;
    }
}
