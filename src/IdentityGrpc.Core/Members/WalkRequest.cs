using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Members;

/// <summary>Which members to walk over (design §7).</summary>
/// <param name="Scope">By whose eyes.</param>
/// <param name="Department">Where the walk begins.</param>
/// <param name="Recursive">Whether it goes on to all departments below.</param>
/// <param name="Distinct">Whether each person comes once, under the first department of the walk that they stand in.</param>
/// <param name="IncludeIndependent">Whether independent members come at the end (R34).</param>
/// <param name="BatchSize">Members in one batch.</param>
public sealed record WalkRequest(AppTenant Scope, DepartmentId Department, bool Recursive, bool Distinct, bool IncludeIndependent, int BatchSize);

/// <summary>Where a walk stands: what a cursor carries.</summary>
/// <param name="Department">The open_department_id that is being read; empty at the start, <see cref="Independent"/> for the independent members.</param>
/// <param name="PageToken">The page within it; null: the first.</param>
/// <param name="Offset">Members of that page that have been passed.</param>
/// <param name="DepartmentsDone">Departments all of whose members have been passed.</param>
/// <param name="Sent">Members sent.</param>
/// <param name="Skipped">What was left out so far.</param>
public sealed record WalkPosition(string Department, string? PageToken, int Offset, int DepartmentsDone, long Sent, IReadOnlyList<SkippedDepartment> Skipped)
{
    /// <summary>Stands for the independent members, who have no department in the contact scope.</summary>
    public const string Independent = "independent";

    /// <summary>Stands for the end of the walk.</summary>
    public const string End = "end";

    /// <summary>The start of a walk.</summary>
    public static WalkPosition Start { get; } = new("", null, 0, 0, 0, []);
}

/// <summary>A department that could not be read.</summary>
/// <param name="Department">Its open_department_id.</param>
/// <param name="Failure">Why.</param>
public sealed record SkippedDepartment(string Department, Failure Failure);

/// <summary>A part of a walk.</summary>
/// <param name="Members">The members.</param>
/// <param name="After">Where the walk stands after them.</param>
/// <param name="DepartmentsKnown">Departments found so far.</param>
/// <param name="IsLast">Whether the walk is at its end.</param>
public sealed record MemberBatch(IReadOnlyList<DirectoryMember> Members, WalkPosition After, int DepartmentsKnown, bool IsLast);
