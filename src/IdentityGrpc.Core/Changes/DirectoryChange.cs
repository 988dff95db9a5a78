using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Changes;

/// <summary>A change of the directory as one app was told of it. It may hold contacts, and does not leave the replica that took it in.</summary>
public sealed record DirectoryChange
{
    /// <summary>The platform's <c>event_id</c> (v1: <c>uuid</c>).</summary>
    public required string EventId { get; init; }

    /// <summary>The kind.</summary>
    public required ChangeKind Kind { get; init; }

    /// <summary>The app that was told, and the tenant.</summary>
    public required AppTenant Scope { get; init; }

    /// <summary>When it happened, as the platform says.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>The ids of the person, as they were and as they are, as far as the app may see them.</summary>
    public IReadOnlyList<PersonId> People { get; init; } = [];

    /// <summary>The contacts of the person, as they were and as they are, as far as the app may see them.</summary>
    public IReadOnlyList<Contact> Contacts { get; init; } = [];

    /// <summary>Whether the app may see both e-mail and mobile, so that <see cref="Contacts"/> holds all that changed.</summary>
    public bool ShowsContacts { get; init; }

    /// <summary>open_department_ids: of the person, or of the department that changed.</summary>
    public IReadOnlyList<string> Departments { get; init; } = [];

    /// <summary>Whether a department may have got another parent, so that people may have come into the app's sight or left it.</summary>
    public bool MayMovePeople { get; init; }

    /// <summary>The kind alone: ids and contacts are personal and stay out of logs.</summary>
    public override string ToString() => Kind.ToString();
}
