namespace IdentityGrpc.Core.Batching;

/// <summary>
/// Where the keys of a call stand, by what the platform's rows echo. Rows mostly come in the order of the keys, so each is
/// looked for in the next place first.
/// </summary>
internal struct Places<TKey>(IReadOnlyList<TKey> keys) where TKey : notnull, IEquatable<TKey>
{
    private Dictionary<TKey, int>? _all;
    private int _next;

    /// <summary>The key's place; null: it was not asked for.</summary>
    public int? Of(TKey key)
    {
        if (_next < keys.Count && keys[_next].Equals(key)) return _next++;
        if (_all is null)
        {
            _all = new(keys.Count);
            for (int i = 0; i < keys.Count; i++) _all[keys[i]] = i;
        }
        if (!_all.TryGetValue(key, out int place)) return null;
        _next = place + 1;
        return place;
    }
}
