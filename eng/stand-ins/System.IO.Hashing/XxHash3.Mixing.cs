using System.Buffers.Binary;

namespace System.IO.Hashing;

/// <content>The constants of the algorithm, and the steps that all lengths share.</content>
public static partial class XxHash3
{
    private const uint Prime32_1 = 0x9E3779B1;
    private const uint Prime32_2 = 0x85EBCA77;
    private const uint Prime32_3 = 0xC2B2AE3D;
    private const ulong Prime64_1 = 0x9E3779B185EBCA87;
    private const ulong Prime64_2 = 0xC2B2AE3D27D4EB4F;
    private const ulong Prime64_3 = 0x165667B19E3779F9;
    private const ulong Prime64_4 = 0x85EBCA77C2B2AE63;
    private const ulong Prime64_5 = 0x27D4EB2F165667C5;
    private const ulong Mix1 = 0x165667919E3779F9;
    private const ulong Mix2 = 0x9FB21C651E98DF25;

    private static readonly byte[] s_secret = Convert.FromHexString(
        "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221" +
        "b8084674f743248ee03590e6813a264c3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8" +
        "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364eac5ac8334d3ebc3c581a0fffa1363eb" +
        "170ddd51b7f0da49d316552629d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e");

    private static ulong Secret(int offset) => Read64(s_secret, offset);

    private static uint Read32(ReadOnlySpan<byte> bytes, int offset) =>
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);

    private static ulong Read64(ReadOnlySpan<byte> bytes, int offset) =>
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[offset..]);

    private static ulong Mix(ReadOnlySpan<byte> bytes, int offset, int secret) =>
        Fold(Read64(bytes, offset) ^ Secret(secret), Read64(bytes, offset + 8) ^ Secret(secret + 8));

    /// <summary>Both halves of the 128-bit product, joined.</summary>
    private static ulong Fold(ulong a, ulong b) => Math.BigMul(a, b, out var low) ^ low;

    private static ulong Avalanche(ulong hash)
    {
        hash = (hash ^ (hash >> 37)) * Mix1;
        return hash ^ (hash >> 32);
    }

    /// <summary>The older XXH64's finish, which the shortest lengths use.</summary>
    private static ulong AvalancheXxh64(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * Prime64_2;
        hash = (hash ^ (hash >> 29)) * Prime64_3;
        return hash ^ (hash >> 32);
    }
}
