namespace IdentityGrpc.Core.Identifiers;

/// <summary>The kinds of identifier that the platform gives a person (seed 002).</summary>
public enum IdType
{
    /// <summary>A person within one app of one tenant; begins with <c>ou_</c> (R2).</summary>
    OpenId,

    /// <summary>A person within all apps of one provider in one tenant; begins with <c>on_</c> (R4).</summary>
    UnionId,

    /// <summary>A person within one tenant (R1). It can be changed (R14) and is reused (R16).</summary>
    UserId,
}

/// <summary>A set of identifier kinds.</summary>
[Flags]
public enum IdTypes
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The open_id.</summary>
    OpenId = 1 << IdType.OpenId,

    /// <summary>The union_id.</summary>
    UnionId = 1 << IdType.UnionId,

    /// <summary>The user_id.</summary>
    UserId = 1 << IdType.UserId,

    /// <summary>All three.</summary>
    All = OpenId | UnionId | UserId,
}

/// <summary>Questions about <see cref="IdTypes"/>.</summary>
public static class IdTypesExtensions
{
    /// <summary>Whether the set holds the kind.</summary>
    public static bool Holds(this IdTypes set, IdType type) => (set & (IdTypes)(1 << (int)type)) != 0;

    /// <summary>The set of that kind alone.</summary>
    public static IdTypes AsSet(this IdType type) => (IdTypes)(1 << (int)type);
}
