using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Caching.Compact;

/// <summary>What stands in the bytes of a record, and the small facts that need no bytes of their own; 15 bits.</summary>
internal readonly record struct Shape(ushort Bits)
{
    private const int AskedByAt = 6, TypeAt = 8, StatusAt = 10, IncludeResignedAt = 13, LeadsByUserIdAt = 14;

    /// <summary>The form of a person's id of that kind.</summary>
    public IdForm FormOf(IdType type) => (IdForm)(Bits >> (2 * (int)type) & 3);

    /// <summary>The form of the one id that leads to a record of a single key; of a contact's, the form of the id behind it.</summary>
    public IdForm SingleForm => (IdForm)(Bits >> AskedByAt & 3);

    /// <summary>The kind of <see cref="SingleForm"/>'s id.</summary>
    public IdType SingleType => (IdType)(Bits >> TypeAt & 3);

    /// <summary>The status.</summary>
    public UserStatus? Status => (Bits >> StatusAt & 7) is > 0 and var status ? (UserStatus)status : null;

    /// <summary>Whether the answer also holds for resigned people.</summary>
    public bool IncludeResigned => (Bits >> IncludeResignedAt & 1) != 0;

    /// <summary>Whether a person's user_id leads to them (R16).</summary>
    public bool LeadsByUserId => (Bits >> LeadsByUserIdAt & 1) != 0;

    public static Shape Of(bool includeResigned, UserStatus? status = null, bool leadsByUserId = false) =>
        new((ushort)((int)(status ?? 0) << StatusAt | (includeResigned ? 1 << IncludeResignedAt : 0) | (leadsByUserId ? 1 << LeadsByUserIdAt : 0)));

    public Shape With(IdType type, IdForm form) => new((ushort)(Bits | (int)form << (2 * (int)type)));

    public Shape WithSingle(IdType type, IdForm form) => new((ushort)(Bits | (int)form << AskedByAt | (int)type << TypeAt));
}
