using System.Buffers.Binary;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Caching.Compact;

/// <summary>
/// A record and how it is read. The bytes are: of a person the open_id, union_id and user_id, and where the record is led to by one
/// other key only, that id; of a person without an answer that id and the number of the failure; of a contact its digest, and the
/// id behind it or the number of the failure.
/// </summary>
internal readonly ref struct Record(in Cell head, ReadOnlySpan<byte> payload)
{
    /// <summary>The most keys of a record, and the most bytes.</summary>
    public const int MaxKeys = 3, MaxSize = 4 * IdText.MaxSize;

    /// <summary>The bytes of a contact's digest, and of a failure's number.</summary>
    public const int DigestSize = 16, FailureSize = sizeof(ushort);

    private readonly ReadOnlySpan<byte> _payload = payload;
    private readonly ushort _scope = head.Scope;

    public RecordKind Kind { get; } = head.Kind;

    public Shape Shape { get; } = head.Shape;

    public DateTimeOffset AskedAt { get; } = new(head.AskedAt, TimeSpan.Zero);

    public bool IsMiss => Kind is RecordKind.PersonMiss or RecordKind.ContactMiss;

    public ushort Failure => BinaryPrimitives.ReadUInt16LittleEndian(_payload[^FailureSize..]);

    /// <summary>The bytes of its cells and index entries.</summary>
    public int Bytes
    {
        get
        {
            int bytes = CellArena.CellsOf(_payload.Length) * Cell.Size;
            for (int i = 0; i < MaxKeys; i++) bytes += TryGetKey(i, out _) ? KeyIndex.EntrySize : 0;
            return bytes;
        }
    }

    private bool IsContact => Kind is RecordKind.Contact or RecordKind.ContactMiss;

    /// <summary>A person's id of that kind.</summary>
    public string? Id(IdType type) => IdText.Read(type, Shape.FormOf(type), _payload[PlaceOf(type)..]);

    /// <summary>The id behind a contact.</summary>
    public string? IdOfContact => IdText.Read(Shape.SingleType, Shape.SingleForm, _payload[DigestSize..]);

    /// <summary>The keys that lead to the record.</summary>
    /// <param name="index">0 to less than <see cref="MaxKeys"/>.</param>
    /// <param name="key">The key.</param>
    /// <returns>Whether there is one of that index.</returns>
    public bool TryGetKey(int index, out RecordKey key)
    {
        var type = (IdType)index;
        var form = Shape.FormOf(type);
        bool isSingle = IsContact || Shape.SingleForm != IdForm.Absent;
        key = isSingle ? index == 0 ? SingleKey() : default
            : form == IdForm.Absent || (type == IdType.UserId && !Shape.LeadsByUserId) ? default
            : KeyOf(type, form, PlaceOf(type));
        return isSingle ? index == 0 : form != IdForm.Absent && (type != IdType.UserId || Shape.LeadsByUserId);
    }

    public bool HasKey(in RecordKey key)
    {
        for (int i = 0; i < MaxKeys; i++)
        {
            if (TryGetKey(i, out var own) && own.IsSameAs(key)) return true;
        }
        return false;
    }

    private RecordKey SingleKey() => IsContact
        ? new(true, _scope, Shape.SingleType, Shape.IncludeResigned, IdForm.Absent, _payload[..DigestSize])
        : KeyOf(Shape.SingleType, Shape.SingleForm, PlaceOf(IdType.UserId + 1));

    private RecordKey KeyOf(IdType type, IdForm form, int at) =>
        new(false, _scope, type, Shape.IncludeResigned, form, _payload.Slice(at, IdText.SizeOf(form, _payload[at..])));

    private int PlaceOf(IdType type)
    {
        int at = 0;
        for (var before = IdType.OpenId; before < type; before++) at += IdText.SizeOf(Shape.FormOf(before), _payload[at..]);
        return at;
    }
}
