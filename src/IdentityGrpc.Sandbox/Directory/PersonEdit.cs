namespace IdentityGrpc.Sandbox.Directory;

/// <summary>A person whom the control API created or changed: everything that a formula no longer tells.</summary>
internal sealed class PersonEdit
{
    public required string Name { get; set; }

    public required string EnName { get; set; }

    public string? Email { get; set; }

    public string? EnterpriseEmail { get; set; }

    public string? Mobile { get; set; }

    public required string UserId { get; set; }

    /// <summary>The departments, the first one primary; 0 is the root. Kept after resigning, when the person is listed nowhere.</summary>
    public required int[] Departments { get; set; }

    public UserStatus Status { get; set; }

    public string? JobTitle { get; set; }

    /// <summary>Removed without a trace: no id of this person is known any more.</summary>
    public bool Removed { get; set; }

    public PersonEdit Copy() => (PersonEdit)MemberwiseClone();
}
