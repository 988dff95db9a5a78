using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IdentityGrpc.Core.Caching.Compact;

/// <summary>What a cell holds.</summary>
internal enum RecordKind : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>What did not fit into the first cell of a record.</summary>
    Overflow,

    /// <summary>A person.</summary>
    Person,

    /// <summary>That an id has no answer.</summary>
    PersonMiss,

    /// <summary>The id behind a contact.</summary>
    Contact,

    /// <summary>That a contact has no answer.</summary>
    ContactMiss,
}

/// <summary>
/// The unit of memory, a cache line long: the head of a record and the first of its bytes. All but <see cref="Heat"/> stays as it
/// is for as long as an index leads to it, so readers need no lock of its own.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Cell
{
    public const int Size = 64, PayloadSize = 44, MaxHeat = 3;

    /// <summary>The cell that goes on with the record, or the next free one; 0: none.</summary>
    public uint Next;

    public RecordKind Kind;

    /// <summary>How often it was read lately, at most <see cref="MaxHeat"/>. Readers race for it, and a lost count does not matter.</summary>
    public byte Heat;

    public ushort Scope;

    /// <summary>When the platform was asked, in ticks of UTC.</summary>
    public long AskedAt;

    public Shape Shape;

    /// <summary>The bytes of the record, all its cells together.</summary>
    public ushort Length;

    public Payload Bytes;

    /// <summary>The bytes of one cell.</summary>
    [InlineArray(PayloadSize)]
    public struct Payload
    {
        private byte _first;
    }
}
