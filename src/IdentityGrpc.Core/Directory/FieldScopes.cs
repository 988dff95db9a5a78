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
}
