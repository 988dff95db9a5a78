using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Members;

/// <summary>The parts of a walk, in their order.</summary>
public enum WalkPhase
{
    /// <summary>The departments in the walk's order.</summary>
    Departments,

    /// <summary>Those among them that failed, once more.</summary>
    Deferred,

    /// <summary>Independent members (R34).</summary>
    Independent,

    /// <summary>Nothing is left.</summary>
    End,
}

/// <summary>Where the reading of a department stands.</summary>
/// <param name="Department">Its open_department_id; empty for the independent members.</param>
public sealed record DepartmentPosition(string Department)
{
    /// <summary>The page; null: the first.</summary>
    public string? PageToken { get; init; }

    /// <summary>Members of that page that have been passed.</summary>
    public int Offset { get; init; }

    /// <summary>Members of the department that have been passed, on all its pages.</summary>
    public long Rows { get; init; }

    /// <summary>The <see cref="PersonHash"/> of the last of them: it finds the place where a page has changed since.</summary>
    public ulong Last { get; init; }
}

/// <summary>A department that failed and has one more turn at the end.</summary>
/// <param name="At">Where it goes on.</param>
/// <param name="Failure">Why it failed.</param>
/// <param name="KeepsItsPlace">
/// Whether it stands in its old place of the walk, since some of its members were sent from there. Otherwise it stands
/// at the end, and who is also in another department comes with that.
/// </param>
public sealed record DeferredDepartment(DepartmentPosition At, Failure Failure, bool KeepsItsPlace);

/// <summary>The kinds of what a walk may leave out.</summary>
public enum SkippedKind
{
    /// <summary>Members of a department, all or the rest of them.</summary>
    Department = 1,

    /// <summary>Departments below a department: they could not be listed.</summary>
    DepartmentsBelow,

    /// <summary>A user group that the contact scope names.</summary>
    UserGroup,

    /// <summary>People whom the contact scope names by themselves (R34).</summary>
    IndependentMembers,
}

/// <summary>A part that was left out.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">Its id; empty for independent members.</param>
/// <param name="Failure">Why.</param>
public sealed record SkippedPart(SkippedKind Kind, string Id, Failure Failure)
{
    /// <summary>Whether some of its members were sent.</summary>
    public bool IsPartlyRead { get; init; }
}

/// <summary>Where a walk stands: what a cursor carries. Of bounded size.</summary>
public sealed record WalkPosition
{
    /// <summary>The greatest number of entries of each list.</summary>
    public const int MaxListed = 100;

    /// <summary>The start of a walk.</summary>
    public static WalkPosition Start { get; } = new();

    /// <summary>The part of the walk.</summary>
    public WalkPhase Phase { get; init; }

    /// <summary>The open_department_id of the department asked for; empty at the start, and where <see cref="IsPartial"/>.</summary>
    public string Root { get; init; } = "";

    /// <summary>Whether the walk goes over what the contact scope names, since the root itself is out of reach.</summary>
    public bool IsPartial { get; init; }

    /// <summary>The department that is being read.</summary>
    public DepartmentPosition At { get; init; } = new("");

    /// <summary>Departments found so far.</summary>
    public int DepartmentsKnown { get; init; } = 1;

    /// <summary>Departments all of whose members have been passed.</summary>
    public int DepartmentsDone { get; init; }

    /// <summary>Members sent.</summary>
    public long Sent { get; init; }

    /// <summary>About how many members the walk sends in all; null where the platform does not tell.</summary>
    public long? Estimate { get; init; }

    /// <summary>Whether <c>distinct</c> may have been broken: see <see cref="SentPeople"/>.</summary>
    public bool MayRepeat { get; init; }

    /// <summary>Departments with one more turn; those that keep their place first.</summary>
    public IReadOnlyList<DeferredDepartment> Deferred { get; init; } = [];

    /// <summary>What was left out so far; at the end also what was out of reach from the start, which until then is found anew by every resumed walk.</summary>
    public IReadOnlyList<SkippedPart> Skipped { get; init; } = [];

    /// <summary>How much was left out beyond <see cref="MaxListed"/>.</summary>
    public int SkippedUnlisted { get; init; }
}
