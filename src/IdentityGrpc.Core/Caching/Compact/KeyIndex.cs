namespace IdentityGrpc.Core.Caching.Compact;

/// <summary>
/// A part of the index: cells by the hash of a key, in one table with linear probing. An entry is the hash and the cell's number,
/// so growing never touches the cells. The hash is only a hint: whoever asks compares the keys. Guarded by <see cref="Lock"/>;
/// the one thread that writes may read without it.
/// </summary>
internal sealed class KeyIndex
{
    public const int EntrySize = sizeof(ulong);
    private const int FirstSize = 8;
    private ulong[] _table = new ulong[FirstSize];
    private int _count;

    public Lock Lock { get; } = new();

    /// <summary>Look-ups that found something, by <see cref="RecordKind"/>.</summary>
    public long[] Hits { get; } = new long[(int)RecordKind.ContactMiss + 1];

    /// <summary>Look-ups that found nothing, of people and of contacts.</summary>
    public long PersonMisses, ContactMisses;

    public long Bytes => (long)_table.Length * EntrySize;

    /// <summary>The size after growing once, in bytes.</summary>
    public long GrownBytes => (long)GrownSize * EntrySize;

    private int GrownSize => Math.Max(_table.Length + 8, _table.Length / 4 * 5);

    /// <summary>Whether so many entries can be added: beyond four fifths, probing takes too long.</summary>
    public bool HasRoom(int more) => _count + more <= _table.Length / 5 * 4;

    /// <summary>Where probing for the hash begins.</summary>
    public int Begin(uint hash) => HomeOf(hash, _table.Length);

    /// <summary>The next cell under the hash.</summary>
    /// <param name="hash">The hash.</param>
    /// <param name="at">Where to go on.</param>
    /// <returns>0: there is none.</returns>
    public uint Next(uint hash, ref int at)
    {
        ulong[] table = _table;
        while (table[at] is not 0 and var entry)
        {
            if (++at == table.Length) at = 0;
            if ((uint)(entry >> 32) == hash) return (uint)entry;
        }
        return 0;
    }

    public void Grow()
    {
        ulong[] old = _table, table = new ulong[GrownSize];
        foreach (ulong entry in old)
        {
            if (entry != 0) Put(table, entry);
        }
        _table = table;
    }

    public void Add(uint hash, uint cell)
    {
        Put(_table, EntryOf(hash, cell));
        _count++;
    }

    public void Replace(uint hash, uint cell, uint by) => _table[PlaceOf(EntryOf(hash, cell))] = EntryOf(hash, by);

    /// <summary>Removes an entry, if it is there.</summary>
    public void Remove(uint hash, uint cell)
    {
        int hole = PlaceOf(EntryOf(hash, cell));
        if (hole < 0) return;
        ulong[] table = _table;
        for (int at = Step(hole); table[at] != 0; at = Step(at))
        {
            // An entry may move up as long as it does not come to stand before its home.
            if (Distance(HomeOf((uint)(table[at] >> 32), table.Length), at) < Distance(hole, at)) continue;
            table[hole] = table[at];
            hole = at;
        }
        table[hole] = 0;
        _count--;

        int Step(int at) => at + 1 == table.Length ? 0 : at + 1;
        int Distance(int from, int to) => to >= from ? to - from : to - from + table.Length;
    }

    private int PlaceOf(ulong entry)
    {
        for (int at = HomeOf((uint)(entry >> 32), _table.Length); _table[at] != 0; at = at + 1 == _table.Length ? 0 : at + 1)
        {
            if (_table[at] == entry) return at;
        }
        return -1;
    }

    private static void Put(ulong[] table, ulong entry)
    {
        int at = HomeOf((uint)(entry >> 32), table.Length);
        while (table[at] != 0)
        {
            if (++at == table.Length) at = 0;
        }
        table[at] = entry;
    }

    private static int HomeOf(uint hash, int size) => (int)((ulong)hash * (uint)size >> 32);

    private static ulong EntryOf(uint hash, uint cell) => (ulong)hash << 32 | cell;
}
