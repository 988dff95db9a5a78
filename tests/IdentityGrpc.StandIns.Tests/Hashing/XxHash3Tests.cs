using System.IO.Hashing;
using StackExchange.Redis;

namespace IdentityGrpc.StandIns.Tests.Hashing;

/// <summary>XXH3 against values of the reference implementation (the xxhash library), for every branch of lengths.</summary>
public sealed class XxHash3Tests
{
    [Theory]
    [InlineData(0, 0x2D06800538D394C2)]
    [InlineData(1, 0x4C5CCA45D0F4811F)]
    [InlineData(2, 0xA7E250C97710FF27)]
    [InlineData(3, 0x15F7093B173D005C)]
    [InlineData(4, 0xDCA012F95811B6B9)]
    [InlineData(5, 0xB290CAFC7B254345)]
    [InlineData(7, 0x7561869C23DA3C1B)]
    [InlineData(8, 0xDEC6A9A43575982E)]
    [InlineData(9, 0xCBE393399F17FFBD)]
    [InlineData(12, 0x46AAF92C7550AFA4)]
    [InlineData(15, 0x545E19990471DC37)]
    [InlineData(16, 0x7E484C18D74895D0)]
    [InlineData(17, 0x208BDE5EE2BED407)]
    [InlineData(32, 0x03DF0AC5255D1446)]
    [InlineData(33, 0x199A362122D71F46)]
    [InlineData(64, 0xDD30702AB46B3745)]
    [InlineData(65, 0xFAB36B851B94CE20)]
    [InlineData(96, 0xD245CD2541582982)]
    [InlineData(127, 0xA915ED6396DB8CC0)]
    [InlineData(128, 0xF92B70EAA21A6288)]
    [InlineData(129, 0xF8F76713F2BB60FA)]
    [InlineData(143, 0xC372F52C27156971)]
    [InlineData(144, 0xD87F00765EE3D89E)]
    [InlineData(160, 0xC90911FFCEF461E2)]
    [InlineData(239, 0xCAA9B7A588464745)]
    [InlineData(240, 0xCCC7375172C41F03)]
    [InlineData(241, 0x0B3B630948CE4A00)]
    [InlineData(256, 0xEC85B75BAFE6CA74)]
    [InlineData(257, 0x12EF0FF633841459)]
    [InlineData(320, 0x73DF0720AA2B40F3)]
    [InlineData(1023, 0xF0D330CE2B3300FB)]
    [InlineData(1024, 0x23BC880EBF0D29C6)]
    [InlineData(1025, 0xC09FDFBC398C7D82)]
    [InlineData(1087, 0x3AB6ED4B5BE06FCC)]
    [InlineData(1088, 0xA16BAD67843C5A45)]
    [InlineData(1089, 0x822327A86AAD957C)]
    [InlineData(2048, 0x19F6F9C987331373)]
    [InlineData(2049, 0x5045460F5D85C275)]
    [InlineData(10_000, 0x441F01D9711BEBED)]
    [InlineData(100_000, 0xCCF90DF7E7E37036)]
    public void HashToUInt64_PatternOfALength_IsTheReferenceValue(int length, ulong expected)
    {
        byte[] source = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 31 + 7))];

        Assert.Equal(expected, XxHash3.HashToUInt64(source));
    }

    /// <summary>The way by which the hash is reached: a value's digest, which Redis 8.4 compares with its own.</summary>
    [Fact]
    public void CalculateDigest_OfAValue_IsItsHashAsRedisWritesIt()
    {
#pragma warning disable SER002 // the library may still change these methods; its version is pinned
        var digest = ValueCondition.CalculateDigest("\u0007"u8);

        Assert.Equal(ValueCondition.ParseDigest("4c5cca45d0f4811f"), digest);
#pragma warning restore SER002
    }
}
