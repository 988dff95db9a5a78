using System.Runtime.InteropServices;

namespace IdentityGrpc.Core.Resolution;

/// <summary>The distinct keys of a request, and which answer belongs to which of its places.</summary>
/// <param name="places">How many places there are.</param>
internal sealed class Distinct<TKey>(int places) where TKey : notnull
{
    private readonly Dictionary<TKey, int> _indexes = new(places);
    private readonly List<TKey> _keys = new(places);

    public IReadOnlyList<TKey> Keys => _keys;

    /// <summary>Adds a key if it is new.</summary>
    /// <returns>Its index in <see cref="Keys"/>.</returns>
    public int Add(TKey key)
    {
        ref int index = ref CollectionsMarshal.GetValueRefOrAddDefault(_indexes, key, out bool isKnown);
        if (isKnown) return index;
        _keys.Add(key);
        return index = _keys.Count - 1;
    }
}
