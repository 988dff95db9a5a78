namespace IdentityGrpc.Core.Changes;

/// <summary>
/// When each of a bounded number of keys last ended. Past <paramref name="capacity"/> the marks set first are folded
/// into one that holds for every key: too much then ends, never too little. Thread-safe.
/// </summary>
internal sealed class EndMarks<TKey>(int capacity) where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, DateTimeOffset> _ends = [];
    private readonly Queue<(TKey Key, DateTimeOffset End)> _order = new();
    private DateTimeOffset _floor = DateTimeOffset.MinValue;

    /// <summary>When the key last ended; <see cref="DateTimeOffset.MinValue"/>: never.</summary>
    public DateTimeOffset Find(TKey key)
    {
        lock (_lock) return _ends.TryGetValue(key, out var end) && end > _floor ? end : _floor;
    }

    /// <summary>Ends the key; an earlier end than the known one changes nothing.</summary>
    public void Set(TKey key, DateTimeOffset end)
    {
        lock (_lock)
        {
            if (_ends.TryGetValue(key, out var known) && known >= end) return;
            _ends[key] = end;
            _order.Enqueue((key, end));
            while (_order.Count > capacity)
            {
                var (oldest, mark) = _order.Dequeue();
                if (_ends.GetValueOrDefault(oldest) != mark) continue; // it moved on: its later entry counts
                _ends.Remove(oldest);
                if (mark > _floor) _floor = mark;
            }
        }
    }
}
