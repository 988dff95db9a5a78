namespace IdentityGrpc.Core.Directory;

/// <summary>Where a person stands in the life of a tenant member; of several of the platform's flags the last in this order wins (reference §3.1).</summary>
public enum UserStatus
{
    /// <summary>Uses the account.</summary>
    Activated = 1,

    /// <summary>Invited, and has not accepted.</summary>
    Unjoined,

    /// <summary>Barred for the time being.</summary>
    Frozen,

    /// <summary>Left by their own choice.</summary>
    Exited,

    /// <summary>No longer a member.</summary>
    Resigned,
}

/// <summary>What the platform says of a person to one app in one tenant. A field that the app may not see is null (R19).</summary>
public sealed record Person
{
    /// <summary>The open_id within the asking app.</summary>
    public required string OpenId { get; init; }

    /// <summary>The union_id within the asking app's provider; null where the platform asks for a scope of its own (U28).</summary>
    public string? UnionId { get; init; }

    /// <summary>The user_id; null without <c>contact:user.employee_id:readonly</c>.</summary>
    public string? UserId { get; init; }

    /// <summary>The status; null without its field scope.</summary>
    public UserStatus? Status { get; init; }

    /// <summary>The id of that kind; null where withheld.</summary>
    public string? Id(Identifiers.IdType type) => type switch
    {
        Identifiers.IdType.OpenId => OpenId,
        Identifiers.IdType.UnionId => UnionId,
        _ => UserId,
    };
}

/// <summary>A person as found in a department.</summary>
/// <param name="Person">The person.</param>
/// <param name="DepartmentIds">Their departments as open_department_id; null where withheld.</param>
/// <param name="Profile">What else the platform shows.</param>
public sealed record DirectoryMember(Person Person, IReadOnlyList<string>? DepartmentIds, DirectoryProfile Profile);

/// <summary>The profile fields of a person (reference §3.1). Null: withheld or without a value; what the platform tells of that is in <see cref="Shown"/>.</summary>
public sealed record DirectoryProfile
{
    /// <summary>The fields that the platform shows to the app, with or without a value. Others may be shown too: a field without a value may be left out (reference §0).</summary>
    public ProfileFields Shown { get; init; }

    /// <summary>The name as shown.</summary>
    public string? Name { get; init; }

    /// <summary>The English name.</summary>
    public string? EnName { get; init; }

    /// <summary>The e-mail for signing in.</summary>
    public string? Email { get; init; }

    /// <summary>The mobile with its country code.</summary>
    public string? Mobile { get; init; }

    /// <summary>The e-mail of the tenant's own mail service.</summary>
    public string? EnterpriseEmail { get; init; }

    /// <summary>The number that the tenant gave.</summary>
    public string? EmployeeNo { get; init; }

    /// <summary>The title of the job.</summary>
    public string? JobTitle { get; init; }

    /// <summary>The leader's open_id.</summary>
    public string? LeaderOpenId { get; init; }

    /// <summary>The tenant's own fields that have a value.</summary>
    public IReadOnlyList<CustomAttribute> CustomAttributes { get; init; } = [];
}
