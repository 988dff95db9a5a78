namespace IdentityGrpc.Core.Members;

/// <summary>
/// The departments of a walk in its order: the one asked for, then those below it by open_department_id. A later
/// change of the directory cannot reorder them, so a resumed walk needs to know only the id where it stood. A
/// department that failed before any member was read moves to the end, or is out altogether. Not thread-safe.
/// </summary>
public sealed class DepartmentOrder
{
    private const int Unread = -1;
    private readonly string _first;
    private readonly IReadOnlyList<string> _below;
    private readonly Dictionary<string, int> _moved = [];

    /// <summary>Puts departments in order.</summary>
    /// <param name="first">The department asked for; empty where the walk goes over <paramref name="below"/> only.</param>
    /// <param name="below">Those below it, each once, in ordinal order; not changed any more, and shared by walks.</param>
    public DepartmentOrder(string first, IReadOnlyList<string> below) => (_first, _below) = (first, below);

    /// <summary>The number of departments.</summary>
    public int Count => _below.Count + (_first.Length > 0 ? 1 : 0);

    /// <summary>The departments from one on; the first that comes after it where it is gone; all for the empty id.</summary>
    public IEnumerable<string> From(string department)
    {
        if (_first.Length > 0 && (department.Length == 0 || department == _first)) return _below.Prepend(_first);
        int at = Find(department);
        return _below.Skip(at < 0 ? ~at : at);
    }

    /// <summary>Moves a department of which no member was read to the end, behind those moved before.</summary>
    public void MoveToEnd(string department) => _moved[department] = _moved.Count + 1;

    /// <summary>Takes out a department of which no member was or will be read: who is also in another comes with that.</summary>
    public void TakeOut(string department) => _moved[department] = Unread;

    /// <summary>Whether a person also stands in a department that comes earlier in the walk than this one; the empty id comes last.</summary>
    public bool IsMemberEarlier(IReadOnlyList<string> departmentsOfPerson, string department)
    {
        foreach (string other in departmentsOfPerson)
        {
            if (other != department && IsWalked(other) && IsEarlier(other, department)) return true;
        }
        return false;
    }

    private bool IsEarlier(string other, string department)
    {
        int moved = _moved.GetValueOrDefault(other);
        if (moved == Unread) return false;
        if (department.Length == 0) return true;
        int own = _moved.GetValueOrDefault(department);
        if (moved != own) return moved < own;
        return other == _first || (department != _first && string.CompareOrdinal(other, department) < 0);
    }

    private bool IsWalked(string department) => department == _first || Find(department) >= 0;

    // As Array.BinarySearch tells it.
    private int Find(string department)
    {
        int low = 0, high = _below.Count - 1;
        while (low <= high)
        {
            int middle = low + (high - low) / 2;
            int order = string.CompareOrdinal(_below[middle], department);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return ~low;
    }
}
