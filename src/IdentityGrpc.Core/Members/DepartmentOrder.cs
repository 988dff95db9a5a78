namespace IdentityGrpc.Core.Members;

/// <summary>
/// The departments of a walk in its order: the one asked for, then those below it by open_department_id. A later
/// change of the directory cannot reorder them, so a resumed walk needs to know only the id where it stood.
/// </summary>
public sealed class DepartmentOrder
{
    private readonly string _first;
    private readonly string[] _below;
    private readonly HashSet<string> _all;

    /// <summary>Puts departments in order.</summary>
    /// <param name="first">The department asked for.</param>
    /// <param name="below">Those below it.</param>
    public DepartmentOrder(string first, IEnumerable<string> below)
    {
        _first = first;
        _all = [.. below, first];
        _below = [.. _all.Where(d => d != first).Order(StringComparer.Ordinal)];
    }

    /// <summary>The number of departments.</summary>
    public int Count => _all.Count;

    /// <summary>The departments from one on; the first that comes after it where it is gone; all for the empty id.</summary>
    public IEnumerable<string> From(string department)
    {
        if (department.Length == 0 || department == _first) return _below.Prepend(_first);
        int at = Array.BinarySearch(_below, department, StringComparer.Ordinal);
        return _below.Skip(at < 0 ? ~at : at);
    }

    /// <summary>Whether a person also stands in a department that comes earlier in the walk than this one.</summary>
    public bool IsMemberEarlier(IReadOnlyList<string> departmentsOfPerson, string department) =>
        departmentsOfPerson.Any(other => _all.Contains(other) && Compare(other, department) < 0);

    private int Compare(string a, string b) => a == b ? 0 : a == _first ? -1 : b == _first ? 1 : string.CompareOrdinal(a, b);
}
