namespace IdentityGrpc.Sandbox.Apps;

/// <summary>The platform's names of scopes, as far as reading people and departments touches them.</summary>
internal static class Scopes
{
    public const string UserIdByContact = "contact:user.id:readonly";
    public const string EmployeeId = "contact:user.employee_id:readonly";
    public const string ContactBase = "contact:contact.base:readonly";
    public const string UserBase = "contact:user.base:readonly";
    public const string UserEmail = "contact:user.email:readonly";
    public const string UserPhone = "contact:user.phone:readonly";
    public const string UserEmployee = "contact:user.employee:readonly";
    public const string UserEmployeeNumber = "contact:user.employee_number:read";
    public const string UserGender = "contact:user.gender:readonly";
    public const string UserDepartment = "contact:user.department:readonly";
    public const string DepartmentPath = "contact:user.department_path:readonly";
    public const string BasicProfile = "contact:user.basic_profile:readonly";
    public const string UserSearch = "contact:user:search";
    public const string DepartmentBase = "contact:department.base:readonly";
    public const string DepartmentOrganize = "contact:department.organize:readonly";
    public const string DepartmentHrbp = "contact:department.hrbp:readonly";
    public const string DepartmentSearch = "search:department:read";
    public const string UpdateUserId = "contact:contact:update_user_id";
    public const string UpdateDepartmentId = "contact:contact:update_department_id";
    public const string WriteContact = "contact:contact";
    public const string OfflineAccess = "offline_access";
    public const string ReadonlyAsApp = "contact:contact:readonly_as_app";
    public const string AccessAsApp = "contact:contact:access_as_app";
    public const string ContactReadonly = "contact:contact:readonly";

    /// <summary>The three old broad scopes, which stand in for most of the fine ones, but never for e-mail, mobile or user_id.</summary>
    public static readonly string[] Wide = [ReadonlyAsApp, AccessAsApp, ContactReadonly];

    /// <summary>Every fine scope. The broad ones are left out, so that taking a fine one away shows.</summary>
    public static readonly string[] Fine =
    [
        UserIdByContact, EmployeeId, ContactBase, UserBase, UserEmail, UserPhone, UserEmployee, UserEmployeeNumber, UserGender, UserDepartment,
        DepartmentPath, BasicProfile, UserSearch, DepartmentBase, DepartmentOrganize, DepartmentHrbp, DepartmentSearch, UpdateUserId,
        UpdateDepartmentId, WriteContact, OfflineAccess,
    ];

    public static FieldScopes Fields(IReadOnlySet<string> held)
    {
        var wide = Wide.Any(held.Contains);
        return Field(FieldScopes.UserId, held.Contains(EmployeeId))
            | Field(FieldScopes.UserBase, wide || held.Contains(UserBase))
            | Field(FieldScopes.Email, held.Contains(UserEmail))
            | Field(FieldScopes.Phone, held.Contains(UserPhone))
            | Field(FieldScopes.Employee, wide || held.Contains(UserEmployee))
            | Field(FieldScopes.EmployeeNumber, wide || held.Contains(UserEmployee) || held.Contains(UserEmployeeNumber))
            | Field(FieldScopes.Gender, wide || held.Contains(UserGender))
            | Field(FieldScopes.Department, wide || held.Contains(UserDepartment))
            | Field(FieldScopes.DepartmentBase, wide || held.Contains(DepartmentBase))
            | Field(FieldScopes.DepartmentOrganize, wide || held.Contains(DepartmentOrganize))
            | Field(FieldScopes.DepartmentHrbp, held.Contains(DepartmentHrbp));
    }

    private static FieldScopes Field(FieldScopes field, bool granted) => granted ? field : FieldScopes.None;
}
