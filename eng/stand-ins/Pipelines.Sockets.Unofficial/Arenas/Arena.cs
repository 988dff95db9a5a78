using System.Runtime.CompilerServices;

namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>
/// Hands out contiguous runs of <typeparamref name="T"/> from one array, all given back at once by
/// <see cref="Reset"/>. Not thread-safe: one arena belongs to one reader.
/// </summary>
public sealed class Arena<T> : IDisposable
{
    private const int DefaultBlockSize = 128;

    // A block that one big reply made larger than this is dropped at Reset rather than kept.
    private const int MaxRetained = 64 * 1024;

    private readonly int _blockSize;
    private T[] _block = [];
    private int _used;

    public Arena(ArenaOptions? options = null, Allocator<T>? allocator = null)
    {
        _ = allocator;
        _blockSize = options is { BlockSize: > 0 } ? options.BlockSize : DefaultBlockSize;
    }

    public Sequence<T> Allocate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length == 0)
        {
            return default;
        }

        if (length > _block.Length - _used)
        {
            StartBlock(length);
        }

        var offset = _used;
        _used += length;
        return new Sequence<T>(_block, offset, length);
    }

    /// <summary>Takes back everything that was handed out.</summary>
    public void Reset()
    {
        if (_used == 0)
        {
            return;
        }

        if (_block.Length > MaxRetained)
        {
            _block = [];
        }
        else if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            // A left-over element would keep pooled buffers alive.
            Array.Clear(_block, 0, _used);
        }

        _used = 0;
    }

    public void Dispose() => Reset();

    /// <summary>Runs already handed out keep their own reference to the old block.</summary>
    private void StartBlock(int length)
    {
        var doubled = (int)Math.Min(2L * _block.Length, MaxRetained);
        _block = new T[Math.Max(Math.Max(doubled, _blockSize), length)];
        _used = 0;
    }
}
