using System.Buffers.Binary;

namespace IdentityGrpc.Core.Identifiers;

/// <summary>
/// What stands for a contact in caches, in Redis and in changes: the first 16 bytes of its HMAC-SHA-256 under a key of
/// the app's (design §6). It holds the app and the tenant, and nobody without the key finds the contact behind it.
/// </summary>
/// <param name="Value">The 16 bytes, the most significant first.</param>
public readonly record struct ContactDigest(UInt128 Value)
{
    /// <summary>Its length in bytes.</summary>
    public const int Length = 16;

    /// <summary>Reads the first 16 bytes of an HMAC.</summary>
    public static ContactDigest From(ReadOnlySpan<byte> mac) => new(BinaryPrimitives.ReadUInt128BigEndian(mac));

    /// <summary>Writes the 16 bytes.</summary>
    public void CopyTo(Span<byte> target) => BinaryPrimitives.WriteUInt128BigEndian(target, Value);
}
