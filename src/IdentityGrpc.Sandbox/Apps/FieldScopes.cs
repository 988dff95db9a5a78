namespace IdentityGrpc.Sandbox.Apps;

/// <summary>The field scopes that an app or a login holds, worked out once from its scopes (reference §3.1, §4.1).</summary>
[Flags]
internal enum FieldScopes
{
    None = 0,
    UserId = 1,
    UserBase = 2,
    Email = 4,
    Phone = 8,
    Employee = 16,
    Gender = 32,
    Department = 64,
    EmployeeNumber = 128,
    DepartmentBase = 256,
    DepartmentOrganize = 512,
    DepartmentHrbp = 1024,
}
