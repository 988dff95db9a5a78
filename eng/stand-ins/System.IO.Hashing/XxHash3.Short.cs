using System.Buffers.Binary;
using System.Numerics;

namespace System.IO.Hashing;

public static partial class XxHash3
{
    private static ulong HashUpTo3(ReadOnlySpan<byte> source)
    {
        var length = source.Length;
        var joined = ((uint)source[0] << 16) | ((uint)source[length >> 1] << 24) | source[^1] | ((uint)length << 8);
        return AvalancheXxh64(joined ^ (uint)Secret(0) ^ (uint)(Secret(0) >> 32));
    }

    private static ulong HashUpTo8(ReadOnlySpan<byte> source)
    {
        var joined = Read32(source, source.Length - 4) + ((ulong)Read32(source, 0) << 32);
        var hash = joined ^ Secret(8) ^ Secret(16);
        hash ^= BitOperations.RotateLeft(hash, 49) ^ BitOperations.RotateLeft(hash, 24);
        hash *= Mix2;
        hash ^= (hash >> 35) + (ulong)source.Length;
        hash *= Mix2;
        return hash ^ (hash >> 28);
    }

    private static ulong HashUpTo16(ReadOnlySpan<byte> source)
    {
        var low = Read64(source, 0) ^ Secret(24) ^ Secret(32);
        var high = Read64(source, source.Length - 8) ^ Secret(40) ^ Secret(48);
        return Avalanche((ulong)source.Length + BinaryPrimitives.ReverseEndianness(low) + high + Fold(low, high));
    }

    /// <summary>From both ends to the middle, 16 bytes of each a step.</summary>
    private static ulong HashUpTo128(ReadOnlySpan<byte> source)
    {
        var length = source.Length;
        var hash = (ulong)length * Prime64_1;
        for (var i = (length - 1) / 32; i >= 0; i--)
        {
            hash += Mix(source, 16 * i, secret: 32 * i);
            hash += Mix(source, length - 16 * (i + 1), secret: 32 * i + 16);
        }

        return Avalanche(hash);
    }

    /// <summary>The first 128 bytes, the rest with the secret shifted by 3, and the last 16.</summary>
    private static ulong HashUpTo240(ReadOnlySpan<byte> source)
    {
        var length = source.Length;
        var hash = (ulong)length * Prime64_1;
        for (var i = 0; i < 8; i++)
        {
            hash += Mix(source, 16 * i, secret: 16 * i);
        }

        hash = Avalanche(hash);
        for (var i = 8; i < length / 16; i++)
        {
            hash += Mix(source, 16 * i, secret: 16 * (i - 8) + 3);
        }

        return Avalanche(hash + Mix(source, length - 16, secret: 119));
    }
}
