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

    /// <summary>What the scope names in a tenant: for all staff the first level, as the platform lists it (reference §4.2).</summary>
    public IReadOnlyList<Department> DepartmentsIn(Tenant tenant) =>
        All ? tenant.Root.Children : [.. Departments.Where(department => tenant.FindDepartment(department.Index) == department)];

    /// <summary>The single users by number: for all staff the root's own members.</summary>
    public IReadOnlyList<int> UsersIn(Tenant tenant) =>
        All ? tenant.Root.Members : [.. Users.Where(user => user.Tenant == tenant && tenant.Find(user.Index) is { IsResigned: false }).Select(user => user.Index)];

    /// <summary>Whoever the scope holds singly, by a group or by name, by rising number and without the resigned.</summary>
    public IEnumerable<int> SinglesIn(Tenant tenant) => Users.Where(user => user.Tenant == tenant).Select(user => user.Index)
        .Concat(Groups.Where(group => group.Tenant == tenant).SelectMany(group => group.Members))
        .Distinct().Order().Where(index => tenant.Find(index) is { IsResigned: false });

    public IReadOnlyList<UserGroup> GroupsIn(Tenant tenant) => All ? tenant.Groups : [.. Groups.Where(group => group.Tenant == tenant)];

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
