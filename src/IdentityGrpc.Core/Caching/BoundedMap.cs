namespace IdentityGrpc.Core.Caching;

/// <summary>
/// A map of bounded size for many threads. When a shard is full, its hand goes round the slots and puts out the
/// first entry that has not been read since the hand last passed (the CLOCK algorithm).
/// </summary>
internal sealed class BoundedMap<TKey, TValue> where TKey : notnull where TValue : class
{
    private const int ShardCount = 32;
    private readonly Shard[] _shards;

    public BoundedMap(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        int count = Math.Min(ShardCount, capacity);
        _shards = [.. Enumerable.Range(0, count).Select(i => new Shard((capacity + i) / count))];
    }

    public int Count => _shards.Sum(s => s.Count);

    public TValue? Find(TKey key) => ShardOf(key).Find(key);

    /// <summary>Stores the value unless <paramref name="keep"/> says that the one that stands there is to stay.</summary>
    public void Store(TKey key, TValue value, Func<TValue, TValue, bool> keep) => ShardOf(key).Store(key, value, keep);

    private Shard ShardOf(TKey key) => _shards[(uint)key.GetHashCode() % (uint)_shards.Length];

    private sealed class Shard(int capacity)
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<TKey, int> _slotOf = [];
        private readonly List<Slot> _slots = [];
        private int _hand;

        public int Count
        {
            get
            {
                lock (_lock) return _slots.Count;
            }
        }

        public TValue? Find(TKey key)
        {
            lock (_lock)
            {
                if (!_slotOf.TryGetValue(key, out int at)) return null;
                _slots[at].Read = true;
                return _slots[at].Value;
            }
        }

        public void Store(TKey key, TValue value, Func<TValue, TValue, bool> keep)
        {
            lock (_lock)
            {
                if (_slotOf.TryGetValue(key, out int at))
                {
                    if (!keep(_slots[at].Value, value)) _slots[at].Value = value;
                    return;
                }
                if (_slots.Count < capacity)
                {
                    _slotOf[key] = _slots.Count;
                    _slots.Add(new Slot(key, value));
                    return;
                }
                int free = Evict_NeedsLock();
                _slots[free] = new Slot(key, value);
                _slotOf[key] = free;
            }
        }

        private int Evict_NeedsLock()
        {
            while (_slots[_hand].Read)
            {
                _slots[_hand].Read = false;
                _hand = (_hand + 1) % _slots.Count;
            }
            int free = _hand;
            _slotOf.Remove(_slots[free].Key);
            _hand = (_hand + 1) % _slots.Count;
            return free;
        }
    }

    private sealed class Slot(TKey key, TValue value)
    {
        public TKey Key { get; } = key;
        public TValue Value { get; set; } = value;
        public bool Read { get; set; }
    }
}
