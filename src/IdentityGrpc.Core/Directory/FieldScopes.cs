namespace IdentityGrpc.Core.Directory;

/// <summary>The field scopes of which any one shows a field of a person (reference §3.1, R19).</summary>
public static class FieldScopes
{
    /// <summary>The three old scopes that show most fields of a contact.</summary>
    private static readonly string[] s_wide = ["contact:contact:readonly_as_app", "contact:contact:access_as_app", "contact:contact:readonly"];

    /// <summary>For the user_id.</summary>
    public static IReadOnlyList<string> UserId { get; } = ["contact:user.employee_id:readonly"];

    /// <summary>For the union_id, on platforms that ask for one (U28).</summary>
    public static IReadOnlyList<string> UnionId { get; } = ["contact:user.union_id:readonly"];

    /// <summary>For the status.</summary>
    public static IReadOnlyList<string> Status { get; } = ["contact:user.employee:readonly", .. s_wide];

    /// <summary>For the departments.</summary>
    public static IReadOnlyList<string> Departments { get; } = ["contact:user.department:readonly", .. s_wide];

    /// <summary>For the names.</summary>
    public static IReadOnlyList<string> Base { get; } = ["contact:user.base:readonly", .. s_wide];

    /// <summary>For the e-mail; the wide scopes do not show it.</summary>
    public static IReadOnlyList<string> Email { get; } = ["contact:user.email:readonly"];

    /// <summary>For the mobile; the wide scopes do not show it.</summary>
    public static IReadOnlyList<string> Mobile { get; } = ["contact:user.phone:readonly"];

    /// <summary>For what belongs to the employment: the enterprise e-mail, the title, the tenant's own fields.</summary>
    public static IReadOnlyList<string> Employment => Status;

    /// <summary>For the employee number.</summary>
    public static IReadOnlyList<string> EmployeeNo { get; } = ["contact:user.employee:readonly", "contact:user.employee_number:read", .. s_wide];

    /// <summary>For the leader.</summary>
    public static IReadOnlyList<string> Leader { get; } = ["contact:user.department:readonly", "contact:user.employee:readonly", .. s_wide];
}
