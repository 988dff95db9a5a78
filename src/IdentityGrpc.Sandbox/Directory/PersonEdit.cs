namespace IdentityGrpc.Sandbox.Directory;

/// <summary>
/// A person whom somebody created or changed: everything that a formula no longer tells. It never changes itself, so a
/// <see cref="Person"/> taken before a change still tells how things were.
/// </summary>
internal sealed record PersonEdit
{
    public required string Name { get; init; }

    public required string EnName { get; init; }

    public string? Email { get; init; }

    public string? EnterpriseEmail { get; init; }

    public string? Mobile { get; init; }

    public required string UserId { get; init; }

    /// <summary>The departments, the first one primary; 0 is the root. Kept after resigning, when the person is listed nowhere.</summary>
    public required int[] Departments { get; init; }

    public UserStatus Status { get; init; }

    public required string JobTitle { get; init; }

    /// <summary>When the person resigned, as far as it is known: only then, and for 30 days, can the account be restored.</summary>
    public DateTimeOffset? ResignedAt { get; init; }

    /// <summary>Removed without a trace: no id of this person is known any more.</summary>
    public bool Removed { get; init; }

    public static PersonEdit Of(Person person) => person.Edit ?? new()
    {
        Name = person.Name,
        EnName = person.EnName,
        Email = person.Email,
        EnterpriseEmail = person.EnterpriseEmail,
        Mobile = person.Mobile,
        UserId = person.UserId,
        Departments = person.Departments,
        Status = person.Status,
        JobTitle = person.JobTitle,
    };

    public bool IsSameAs(PersonEdit other) => Departments.SequenceEqual(other.Departments) && this with { Departments = other.Departments } == other;
}
