namespace IdentityGrpc.Core.Directory;

/// <summary>Fields of a person that open together: the platform shows all of a group or none (reference §3.1).</summary>
[Flags]
public enum ProfileFields
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary><c>name</c>, <c>en_name</c>.</summary>
    Base = 1,

    /// <summary><c>email</c>.</summary>
    Email = 2,

    /// <summary><c>mobile</c>.</summary>
    Mobile = 4,

    /// <summary><c>enterprise_email</c>, <c>job_title</c>, <c>custom_attrs</c>, the status.</summary>
    Employment = 8,

    /// <summary><c>employee_no</c>.</summary>
    EmployeeNo = 16,

    /// <summary><c>department_ids</c>.</summary>
    Departments = 32,

    /// <summary><c>leader_user_id</c>.</summary>
    Leader = 64,
}
