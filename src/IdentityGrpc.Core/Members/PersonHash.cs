using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace IdentityGrpc.Core.Members;

/// <summary>
/// A person in 64 bits. Two of a million people share one with a chance of 3 in 100 million; one of them would then
/// be missing from a walk with <c>distinct</c>. The same on every replica.
/// </summary>
internal static class PersonHash
{
    /// <summary>The hash of an open_id; never 0.</summary>
    public static ulong Of(string openId)
    {
        int length = Encoding.UTF8.GetByteCount(openId);
        Span<byte> text = length <= 256 ? stackalloc byte[length] : new byte[length];
        Encoding.UTF8.GetBytes(openId, text);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(hash);
        return value == 0 ? 1 : value;
    }
}
