namespace IdentityGrpc.Testing;

/// <summary>The tree that a list of departments makes.</summary>
public static class DepartmentTree
{
    /// <summary>The open_department_ids of a department and of all below it.</summary>
    public static IReadOnlySet<string> Subtree(this IReadOnlyList<TrueDepartment> departments, string department)
    {
        var children = departments.ToLookup(d => d.ParentOpenDepartmentId, d => d.OpenDepartmentId);
        var found = new HashSet<string>();
        var open = new Stack<string>([department]);
        while (open.TryPop(out string? next))
        {
            found.Add(next);
            foreach (string child in children[next]) open.Push(child);
        }
        return found;
    }
}
