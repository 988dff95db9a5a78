namespace IdentityGrpc.Core.Batching;

/// <summary>Ids that the platform has called invalid, the last <paramref name="capacity"/> of them: when they are asked again they leave apart (design §4). Thread-safe.</summary>
internal sealed class RefusedIds<TKey>(int capacity) where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, long> _ids = [];
    private readonly Queue<(TKey Key, long Entry)> _order = new();
    private long _entries;

    public void Add(TKey key)
    {
        lock (_lock)
        {
            _ids[key] = ++_entries;
            _order.Enqueue((key, _entries));
            while (_order.Count > capacity)
            {
                var (oldest, entry) = _order.Dequeue();
                if (_ids.GetValueOrDefault(oldest) == entry) _ids.Remove(oldest);
            }
        }
    }

    public void Remove(TKey key)
    {
        lock (_lock) _ids.Remove(key);
    }

    /// <summary>Where among the keys such ids stand; null: nowhere.</summary>
    public List<int>? Among(IReadOnlyList<TKey> keys)
    {
        lock (_lock)
        {
            if (_ids.Count == 0) return null;
            List<int>? found = null;
            for (int i = 0; i < keys.Count; i++)
            {
                if (_ids.ContainsKey(keys[i])) (found ??= []).Add(i);
            }
            return found;
        }
    }
}
