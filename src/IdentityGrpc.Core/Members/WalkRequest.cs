using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Members;

/// <summary>Which members to walk over (design §7).</summary>
/// <param name="Scope">By whose eyes.</param>
/// <param name="Department">Where the walk begins.</param>
/// <param name="Recursive">Whether it goes on to all departments below.</param>
/// <param name="Distinct">Whether each person comes once, under the first department of the walk that they stand in.</param>
/// <param name="IncludeIndependent">Whether independent members come at the end (R34).</param>
/// <param name="BatchSize">Members in one batch at most.</param>
public sealed record WalkRequest(AppTenant Scope, DepartmentId Department, bool Recursive, bool Distinct, bool IncludeIndependent, int BatchSize)
{
    /// <summary>Whether profiles are wanted; without, they are dropped as soon as they are read.</summary>
    public bool IncludeProfile { get; init; }

    /// <summary>Whether everybody is meant whom the app may see.</summary>
    public bool IsWholeCompany => Department.IsRoot && Recursive;
}

/// <summary>Turns members into what a caller gets of them.</summary>
public interface IMemberView<T>
{
    /// <summary>Sees a page before its members are shown, for what can only be told from several.</summary>
    void Look(IReadOnlyList<DirectoryMember> page);

    /// <summary>The member as the caller gets it.</summary>
    T Show(DirectoryMember member);

    /// <summary>Its size in bytes.</summary>
    int SizeOf(T shown);
}

/// <summary>A part of a walk.</summary>
/// <param name="Members">The members, in the walk's order.</param>
/// <param name="After">Where the walk stands after them.</param>
public sealed record MemberBatch<T>(IReadOnlyList<T> Members, WalkPosition After)
{
    /// <summary>Whether the walk is at its end.</summary>
    public bool IsLast { get; init; }

    /// <summary>At the end: when the departments were listed, on the clock of the watermarks; null: only one was walked.</summary>
    public DateTimeOffset? ListedAt { get; init; }

    /// <summary>Why the walk cannot go on now; it may be resumed after the last batch before. Null: it goes on, or is at its end.</summary>
    public Failure? Broken { get; init; }
}
