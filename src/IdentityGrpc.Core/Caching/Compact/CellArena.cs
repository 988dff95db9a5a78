using System.Runtime.CompilerServices;

namespace IdentityGrpc.Core.Caching.Compact;

/// <summary>
/// Cells by number, in chunks that are made when they are first needed and never move. Number 0 stands for none. Only one
/// thread at a time takes, fills and frees cells; others may read those that they were led to.
/// </summary>
/// <param name="chunkCells">Cells of a chunk, a power of 2.</param>
internal sealed class CellArena(int chunkCells)
{
    /// <summary>Cells of a chunk that the collector keeps among the large objects, which it does not move about.</summary>
    public const int LargeChunk = 4_096;

    private Cell[][] _chunks = [];
    private uint _free;

    /// <summary>The number after the last cell that has ever been in use.</summary>
    public uint End { get; private set; } = 1;

    /// <summary>Cells that can be taken without a further chunk.</summary>
    public long Room { get; private set; } = -1;

    public long Bytes => _chunks.LongLength * ChunkBytes;

    public long ChunkBytes => (long)chunkCells * Cell.Size;

    public ref Cell this[uint cell]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _chunks[cell / (uint)chunkCells][cell % (uint)chunkCells];
    }

    public void AddChunk()
    {
        // Readers may hold the old list, which leads to the same chunks.
        _chunks = [.. _chunks, GC.AllocateUninitializedArray<Cell>(chunkCells)];
        Room += chunkCells;
    }

    public uint Take()
    {
        Room--;
        if (_free == 0) return End++;
        uint cell = _free;
        _free = this[cell].Next;
        return cell;
    }

    public void Free(uint cell)
    {
        ref var freed = ref this[cell];
        freed.Kind = RecordKind.None;
        freed.Next = _free;
        _free = cell;
        Room++;
    }

    /// <summary>Cells that so many bytes take.</summary>
    public static int CellsOf(int length) => Math.Max(1, (length + Cell.PayloadSize - 1) / Cell.PayloadSize);

    /// <summary>Spreads a record over free cells, of which there must be enough.</summary>
    /// <returns>The first of them.</returns>
    public uint Write(in Cell head, ReadOnlySpan<byte> payload)
    {
        uint first = Take(), at = first;
        this[first] = head;
        while (true)
        {
            ref var cell = ref this[at];
            int fits = Math.Min(payload.Length, Cell.PayloadSize);
            payload[..fits].CopyTo(cell.Bytes);
            payload = payload[fits..];
            if (payload.IsEmpty)
            {
                cell.Next = 0;
                return first;
            }
            uint next = Take();
            cell.Next = next;
            this[next].Kind = RecordKind.Overflow;
            at = next;
        }
    }

    /// <summary>The bytes of a record.</summary>
    public ReadOnlySpan<byte> Read(uint cell)
    {
        ref var head = ref this[cell];
        if (head.Next == 0) return ((ReadOnlySpan<byte>)head.Bytes)[..head.Length];
        byte[] payload = new byte[head.Length];
        var rest = payload.AsSpan();
        for (uint at = cell; at != 0; at = this[at].Next)
        {
            int fits = Math.Min(rest.Length, Cell.PayloadSize);
            ((ReadOnlySpan<byte>)this[at].Bytes)[..fits].CopyTo(rest);
            rest = rest[fits..];
        }
        return payload;
    }

    /// <summary>Frees all cells of a record.</summary>
    public void FreeRecord(uint cell)
    {
        while (cell != 0)
        {
            uint next = this[cell].Next;
            Free(cell);
            cell = next;
        }
    }
}
