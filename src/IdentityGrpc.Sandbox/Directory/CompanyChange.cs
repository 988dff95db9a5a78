namespace IdentityGrpc.Sandbox.Directory;

/// <summary>Something that happened in a tenant, as events tell it (reference §7.2).</summary>
internal abstract record CompanyChange(Tenant Tenant);

internal sealed record UserCreated(Person User) : CompanyChange(User.Tenant);

internal sealed record UserUpdated(Person Before, Person After) : CompanyChange(After.Tenant);

/// <summary>Resigned or removed.</summary>
internal sealed record UserDeleted(Person Before, Person After) : CompanyChange(After.Tenant);

internal sealed record DepartmentCreated(Tenant Tenant, DepartmentState State) : CompanyChange(Tenant);

internal sealed record DepartmentUpdated(Tenant Tenant, DepartmentState Before, DepartmentState After) : CompanyChange(Tenant);

internal sealed record DepartmentDeleted(Tenant Tenant, DepartmentState Before) : CompanyChange(Tenant);

/// <summary>What can change about a department.</summary>
internal sealed record DepartmentState(Department Department, string CustomId, string Name, Department? Parent, int Order, int? Leader)
{
    public static DepartmentState Of(Department department) =>
        new(department, department.CustomId, department.Name, department.Parent, department.Order, department.Leader);
}
