namespace System.IO.Hashing;

public static partial class XxHash3
{
    private const int Lanes = 8;
    private const int StripeLength = 64;
    private const int StripesPerBlock = 16;

    /// <summary>Stripes of 64 bytes into eight lanes, scrambled after each block of 16; then the lanes are merged.</summary>
    private static ulong HashLong(ReadOnlySpan<byte> source)
    {
        Span<ulong> lanes =
            [Prime32_3, Prime64_1, Prime64_2, Prime64_3, Prime64_4, Prime32_2, Prime64_5, Prime32_1];
        var stripes = (source.Length - 1) / StripeLength;
        for (var stripe = 0; stripe < stripes; stripe++)
        {
            var inBlock = stripe % StripesPerBlock;
            Accumulate(lanes, source.Slice(stripe * StripeLength, StripeLength), secret: 8 * inBlock);
            if (inBlock == StripesPerBlock - 1)
            {
                Scramble(lanes);
            }
        }

        Accumulate(lanes, source[^StripeLength..], secret: 121);
        return Merge(lanes, (ulong)source.Length * Prime64_1);
    }

    private static void Accumulate(Span<ulong> lanes, ReadOnlySpan<byte> stripe, int secret)
    {
        for (var i = 0; i < Lanes; i++)
        {
            var value = Read64(stripe, 8 * i);
            var keyed = value ^ Secret(secret + 8 * i);
            lanes[i ^ 1] += value;
            lanes[i] += (uint)keyed * (keyed >> 32);
        }
    }

    private static void Scramble(Span<ulong> lanes)
    {
        for (var i = 0; i < Lanes; i++)
        {
            lanes[i] = (lanes[i] ^ (lanes[i] >> 47) ^ Secret(128 + 8 * i)) * Prime32_1;
        }
    }

    private static ulong Merge(ReadOnlySpan<ulong> lanes, ulong hash)
    {
        for (var i = 0; i < Lanes; i += 2)
        {
            hash += Fold(lanes[i] ^ Secret(11 + 8 * i), lanes[i + 1] ^ Secret(19 + 8 * i));
        }

        return Avalanche(hash);
    }
}
