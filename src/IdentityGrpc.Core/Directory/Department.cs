namespace IdentityGrpc.Core.Directory;

/// <summary>The kinds of identifier of a department. The two are never interchangeable (R38).</summary>
public enum DepartmentIdType
{
    /// <summary>Given by the platform; begins with <c>od-</c>.</summary>
    OpenDepartmentId,

    /// <summary>Chosen by the tenant; reused (R17).</summary>
    DepartmentId,
}

/// <summary>An identifier of a department with its kind. The root is <c>0</c> under either.</summary>
/// <param name="Type">The kind.</param>
/// <param name="Value">The platform's text.</param>
public readonly record struct DepartmentId(DepartmentIdType Type, string Value)
{
    /// <summary>The root department.</summary>
    public static DepartmentId Root { get; } = new(DepartmentIdType.OpenDepartmentId, "0");

    /// <summary>Whether it is the root.</summary>
    public bool IsRoot => Value == "0";

    /// <summary>The kind that the prefix tells (R38).</summary>
    public static DepartmentIdType TypeByPrefix(string value) => value == "0" || value.StartsWith("od-", StringComparison.Ordinal)
        ? DepartmentIdType.OpenDepartmentId
        : DepartmentIdType.DepartmentId;

    /// <summary>A department by the id that the platform gave it.</summary>
    public static DepartmentId Open(string openDepartmentId) => new(DepartmentIdType.OpenDepartmentId, openDepartmentId);
}

/// <summary>A department.</summary>
/// <param name="OpenDepartmentId">The platform's id; <c>0</c> for the root.</param>
/// <param name="ParentOpenDepartmentId">The parent's id; null where withheld or for the root.</param>
/// <param name="MemberCount">Members including those of sub-departments; null where withheld.</param>
public sealed record Department(string OpenDepartmentId, string? ParentOpenDepartmentId, int? MemberCount);

/// <summary>A page of a listing.</summary>
/// <param name="Items">The rows; may be empty though more follow.</param>
/// <param name="NextPageToken">The token of the next page; null at the end.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextPageToken);

/// <summary>A page of what an app's contact scope names (<c>contact/v3/scopes</c>, reference §4.2).</summary>
/// <param name="DepartmentIds">Departments as open_department_id, not expanded.</param>
/// <param name="OpenIds">People.</param>
/// <param name="GroupIds">User groups.</param>
/// <param name="NextPageToken">The token of the next page; null at the end.</param>
public sealed record ScopePage(IReadOnlyList<string> DepartmentIds, IReadOnlyList<string> OpenIds, IReadOnlyList<string> GroupIds, string? NextPageToken);
