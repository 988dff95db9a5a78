using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Caching.Compact;

/// <summary>A key as it stands in a record: everything that makes two answers different ones.</summary>
internal readonly ref struct RecordKey(bool isContact, ushort scope, IdType type, bool includeResigned, IdForm form, ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    // All that is short, in one number.
    private readonly uint _head = (uint)scope << 16 | (uint)type << 8 | (uint)form << 4 | (isContact ? 2u : 0) | (includeResigned ? 1u : 0);

    public bool IsContact => (_head & 2) != 0;

    public bool IsSameAs(in RecordKey other) => _head == other._head && _bytes.SequenceEqual(other._bytes);

    /// <summary>A hash that nobody outside of the process can foresee.</summary>
    public uint Hash()
    {
        var hash = new HashCode();
        hash.Add(_head);
        hash.AddBytes(_bytes);
        return (uint)hash.ToHashCode();
    }
}
