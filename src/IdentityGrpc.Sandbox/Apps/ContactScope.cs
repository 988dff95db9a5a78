using IdentityGrpc.Sandbox.Directory;

namespace IdentityGrpc.Sandbox.Apps;

/// <summary>Whom and what an app may see: all staff, or departments with all that is below them, and single users (R19, R23).</summary>
internal sealed class ContactScope
{
    public static readonly ContactScope Everyone = new() { All = true };

    public bool All { get; init; }

    public IReadOnlyList<Department> Departments { get; init; } = [];

    public IReadOnlyList<Person> Users { get; init; } = [];

    public IReadOnlyList<UserGroup> Groups { get; init; } = [];

    public bool Contains(Department department)
    {
        if (All)
        {
            return true;
        }

        foreach (var granted in Departments)
        {
            if (department.IsWithin(granted))
            {
                return true;
            }
        }

        return false;
    }

    public bool Contains(Person person)
    {
        return All || HoldsSingly(person) || ContainsAnyDepartmentOf(person);
    }

    /// <summary>In the scope, while none of their departments are (R34).</summary>
    public bool IsIndependent(Person person) => !All && HoldsSingly(person) && !ContainsAnyDepartmentOf(person);

    private bool ContainsAnyDepartmentOf(Person person)
    {
        foreach (var index in person.Departments)
        {
            if (person.Tenant.FindDepartment(index) is { } department && Contains(department))
            {
                return true;
            }
        }

        return false;
    }

    private bool HoldsSingly(Person person)
    {
        foreach (var user in Users)
        {
            if (user.Tenant == person.Tenant && user.Index == person.Index)
            {
                return true;
            }
        }

        foreach (var group in Groups)
        {
            if (group.Tenant == person.Tenant && group.Members.Contains(person.Index))
            {
                return true;
            }
        }

        return false;
    }
}
