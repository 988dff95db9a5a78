using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Caching.Compact;

/// <summary>Makes an answer of a record, while it is sure to stay as it is.</summary>
internal delegate T RecordReader<T>(in Record record, bool isHot);

/// <summary>
/// Records of several keys in a bounded number of bytes, without an object for each. Thread-safe: readers take one lock of many, one
/// writer at a time goes beside them.
/// <list type="number">
/// <item>A record stands in cells (<see cref="CellArena"/>) that do not change while an index leads to them. Keys lead to it through
/// parts of the index (<see cref="KeyIndex"/>), chosen by the hash of the key.</item>
/// <item>A reader holds the lock of its key's part while it compares the whole key and reads the record. A writer changes a part under
/// its lock, one part at a time, and uses a cell again only once no part leads to it: so no reader sees half a record or another's.</item>
/// <item>A record enters whole or not at all: not if any of its keys leads to a younger one. Else its keys are turned to it, and every
/// record that lost a key goes, with its other keys: the younger answer has shown that it no longer holds.</item>
/// <item>Where bytes run out, a hand goes round the cells: a record that was read since the hand last passed is let be and
/// forgets one reading, any other goes.</item>
/// </list>
/// </summary>
internal sealed class CompactStore
{
    /// <summary>Parts of the index, that is how many can read at once.</summary>
    public const int Indexes = 256;

    private const int Failures = 4_096;
    private readonly Lock _writing = new();
    private readonly CellArena _arena;
    private readonly KeyIndex[] _indexes;
    private readonly Interned<Failure> _failures = new(Failures, new FailureComparer());
    private readonly KindCount[] _kinds = new KindCount[(int)RecordKind.ContactMiss + 1];
    private readonly long _maxBytes;
    private long _bytes;
    private uint _hand = 1;

    /// <summary>Makes a store.</summary>
    /// <param name="maxBytes">The most bytes of cells and indexes.</param>
    /// <param name="indexes">Parts of the index, a power of 2.</param>
    /// <param name="chunkCells">See <see cref="CellArena"/>.</param>
    public CompactStore(long maxBytes, int indexes, int chunkCells)
    {
        _arena = new(chunkCells);
        _indexes = [.. Enumerable.Range(0, indexes).Select(_ => new KeyIndex())];
        _maxBytes = maxBytes;
        _bytes = _indexes.Sum(i => i.Bytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, _bytes + _arena.ChunkBytes);
        // The commonest of all has room even where others have filled the table; those are then not kept.
        _failures.TryTake(Failure.NotFound, out _);
    }

    /// <summary>What is kept under the key; null: nothing.</summary>
    public T? Find<T>(in RecordKey key, RecordReader<T> read) where T : class
    {
        uint hash = key.Hash();
        var index = IndexOf(hash);
        lock (index.Lock)
        {
            uint found = FindCell(index, hash, key);
            if (found == 0)
            {
                if (key.IsContact) index.ContactMisses++;
                else index.PersonMisses++;
                return null;
            }
            ref var cell = ref _arena[found];
            index.Hits[(int)cell.Kind]++;
            bool isHot = cell.Heat > 0;
            if (cell.Heat < Cell.MaxHeat) cell.Heat++;
            return read(new Record(cell, _arena.Read(found)), isHot);
        }
    }

    /// <summary>Keeps a record, unless what is kept under one of its keys is younger.</summary>
    /// <param name="head">Its head.</param>
    /// <param name="payload">Its bytes; those of the failure's number are filled in here.</param>
    /// <param name="failure">Of a key without an answer, why.</param>
    public void Store(Cell head, Span<byte> payload, Failure? failure)
    {
        head.Length = (ushort)payload.Length;
        var record = new Record(head, payload);
        Span<Lead> leads = stackalloc Lead[Record.MaxKeys];
        leads = leads[..LeadsTo(record, leads)];
        lock (_writing)
        {
            if (IsOutdated_NeedsLock(record, leads) || !HasRoomFor_NeedsLock(payload.Length, leads)) return;
            if (failure is not null)
            {
                if (!_failures.TryTake(failure, out ushort number)) return;
                BitConverter.TryWriteBytes(payload[^Record.FailureSize..], number);
            }
            uint written = _arena.Write(head, payload);
            Turn_NeedsLock(written, record, leads);
            Count_NeedsLock(record, 1);
        }
    }

    /// <summary>The failure of that number, for a reader of a record that refers to it.</summary>
    public Failure FailureOf(ushort number) => _failures[number];

    /// <summary>The present figures.</summary>
    public CacheFigures Figures()
    {
        KindCount[] kinds;
        long bytes;
        lock (_writing) (kinds, bytes) = ([.. _kinds], _bytes);
        var hits = new long[kinds.Length];
        long personMisses = 0, contactMisses = 0;
        foreach (var index in _indexes)
        {
            lock (index.Lock)
            {
                for (int i = 0; i < hits.Length; i++) hits[i] += index.Hits[i];
                personMisses += index.PersonMisses;
                contactMisses += index.ContactMisses;
            }
        }
        return new(bytes, _maxBytes, Of(RecordKind.Person, personMisses), Of(RecordKind.PersonMiss, 0), Of(RecordKind.Contact, contactMisses), Of(RecordKind.ContactMiss, 0));

        CacheKindFigures Of(RecordKind kind, long misses) => new(kinds[(int)kind].Entries, kinds[(int)kind].Bytes, hits[(int)kind], misses, kinds[(int)kind].Evictions);
    }

    private KeyIndex IndexOf(uint hash) => _indexes[hash % (uint)_indexes.Length];

    private Record RecordOf(uint cell) => new(_arena[cell], _arena.Read(cell));

    private uint FindCell(KeyIndex index, uint hash, in RecordKey key)
    {
        int at = index.Begin(hash);
        while (index.Next(hash, ref at) is not 0 and var candidate)
        {
            if (RecordOf(candidate).HasKey(key)) return candidate;
        }
        return 0;
    }

    private uint FindCell(in Record record, in Lead lead)
    {
        record.TryGetKey(lead.Key, out var key);
        return FindCell(IndexOf(lead.Hash), lead.Hash, key);
    }

    /// <returns>How many keys lead to the record.</returns>
    private static int LeadsTo(in Record record, Span<Lead> leads)
    {
        int count = 0;
        for (int i = 0; i < Record.MaxKeys; i++)
        {
            if (record.TryGetKey(i, out var key)) leads[count++] = new(i, key.Hash());
        }
        return count;
    }

    // (3)
    private bool IsOutdated_NeedsLock(in Record record, ReadOnlySpan<Lead> leads)
    {
        foreach (ref readonly var lead in leads)
        {
            uint kept = FindCell(record, lead);
            if (kept != 0 && _arena[kept].AskedAt > record.AskedAt.UtcTicks) return true;
        }
        return false;
    }

    // (3) Keys are turned before older records go, so that a reader of a key that both have always finds one of them.
    private void Turn_NeedsLock(uint written, in Record record, ReadOnlySpan<Lead> leads)
    {
        Span<uint> overtaken = stackalloc uint[Record.MaxKeys];
        overtaken.Clear();
        for (int i = 0; i < leads.Length; i++)
        {
            uint hash = leads[i].Hash, kept = FindCell(record, leads[i]); // anew, as room may have been made of what was there
            var index = IndexOf(hash);
            lock (index.Lock)
            {
                if (kept == 0) index.Add(hash, written);
                else index.Replace(hash, kept, written);
            }
            if (!overtaken.Contains(kept)) overtaken[i] = kept;
        }
        foreach (uint cell in overtaken)
        {
            if (cell != 0) Drop_NeedsLock(cell);
        }
    }

    private void Drop_NeedsLock(uint cell)
    {
        var record = RecordOf(cell);
        Span<Lead> leads = stackalloc Lead[Record.MaxKeys];
        foreach (ref readonly var lead in leads[..LeadsTo(record, leads)])
        {
            var index = IndexOf(lead.Hash);
            lock (index.Lock) index.Remove(lead.Hash, cell);
        }
        Count_NeedsLock(record, -1);
        if (record.IsMiss) _failures.Release(record.Failure);
        _arena.FreeRecord(cell);
    }

    // (4)
    private bool HasRoomFor_NeedsLock(int length, ReadOnlySpan<Lead> leads)
    {
        int cells = CellArena.CellsOf(length);
        while (_arena.Room < cells)
        {
            if (_bytes + _arena.ChunkBytes <= _maxBytes)
            {
                _arena.AddChunk();
                _bytes += _arena.ChunkBytes;
            }
            else if (!Evict_NeedsLock()) return false;
        }
        foreach (ref readonly var lead in leads)
        {
            if (!HasRoomIn_NeedsLock(IndexOf(lead.Hash))) return false;
        }
        return true;
    }

    // Room for all keys of a record, should they fall into the same part.
    private bool HasRoomIn_NeedsLock(KeyIndex index)
    {
        while (!index.HasRoom(Record.MaxKeys))
        {
            long more = index.GrownBytes - index.Bytes;
            if (_bytes + more <= _maxBytes)
            {
                lock (index.Lock) index.Grow();
                _bytes += more;
            }
            else if (!Evict_NeedsLock()) return false;
        }
        return true;
    }

    private bool Evict_NeedsLock()
    {
        // After one round for each reading, all are cold.
        for (long steps = (Cell.MaxHeat + 1L) * _arena.End; steps > 0; steps--)
        {
            if (_hand >= _arena.End) _hand = 1;
            uint at = _hand++;
            if (at >= _arena.End) return false;
            ref var cell = ref _arena[at];
            if (cell.Kind <= RecordKind.Overflow) continue;
            if (cell.Heat > 0)
            {
                cell.Heat--;
                continue;
            }
            _kinds[(int)cell.Kind].Evictions++;
            Drop_NeedsLock(at);
            return true;
        }
        return false;
    }

    private void Count_NeedsLock(in Record record, int change)
    {
        ref var count = ref _kinds[(int)record.Kind];
        count.Entries += change;
        count.Bytes += change * record.Bytes;
    }

    /// <summary>One of the keys that lead to a record: its index there, and its hash.</summary>
    private readonly record struct Lead(int Key, uint Hash);

    private struct KindCount
    {
        public long Entries, Bytes, Evictions;
    }
}
