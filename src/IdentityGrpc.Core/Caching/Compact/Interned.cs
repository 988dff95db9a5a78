namespace IdentityGrpc.Core.Caching.Compact;

/// <summary>
/// Values that many records share, by small numbers, for as long as a record refers to them. One thread at a time changes it; whoever
/// was led to a record may read its value.
/// </summary>
internal sealed class Interned<T>(int capacity, IEqualityComparer<T> comparer) where T : class
{
    private readonly Dictionary<T, ushort> _numbers = new(comparer);
    private readonly T?[] _values = new T?[capacity];
    private readonly int[] _references = new int[capacity];
    private readonly Stack<ushort> _free = new();

    public int Count => _numbers.Count;

    public T this[ushort number] => _values[number] ?? throw new InvalidOperationException("The number is not in use.");

    /// <summary>Takes a further reference to a value.</summary>
    /// <returns>Whether there was room.</returns>
    public bool TryTake(T value, out ushort number)
    {
        if (!_numbers.TryGetValue(value, out number))
        {
            if (!TryFindFree(out number)) return false;
            _numbers[value] = number;
            _values[number] = value;
        }
        _references[number]++;
        return true;
    }

    /// <summary>Gives a reference back.</summary>
    public void Release(ushort number)
    {
        if (--_references[number] > 0) return;
        _numbers.Remove(this[number]);
        _values[number] = null;
        _free.Push(number);
    }

    private bool TryFindFree(out ushort number)
    {
        if (_free.TryPop(out number)) return true;
        number = (ushort)Math.Min(_numbers.Count, ushort.MaxValue);
        return _numbers.Count < capacity;
    }
}
