using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Changes;

/// <summary>What has changed (reference §7.2).</summary>
public enum ChangeKind
{
    /// <summary>A person joined, or came into sight.</summary>
    UserCreated = 1,

    /// <summary>Something of a person: ids, contacts, departments, status.</summary>
    UserUpdated,

    /// <summary>A person left.</summary>
    UserDeleted,

    /// <summary>A department was made.</summary>
    DepartmentCreated,

    /// <summary>Something of a department: ids, parent, name.</summary>
    DepartmentUpdated,

    /// <summary>A department was removed.</summary>
    DepartmentDeleted,

    /// <summary>What the app may see.</summary>
    ScopeUpdated,

    /// <summary>Nothing that is known of: an operator asked for it.</summary>
    Invalidated,
}

/// <summary>A change in one tenant as it travels to every replica. It holds neither contacts nor names.</summary>
public sealed record Change
{
    /// <summary>What makes it one: the platform's <c>event_id</c> (v1: <c>uuid</c>). The same change may come several times.</summary>
    public required string EventId { get; init; }

    /// <summary>The kind.</summary>
    public required ChangeKind Kind { get; init; }

    /// <summary>The tenant.</summary>
    public required TenantKey Tenant { get; init; }

    /// <summary>The app that was told; the same change is told to each app that subscribed, with its own open_ids. Null: an operator's.</summary>
    public AppId? ToldTo { get; init; }

    /// <summary>When it happened, as the platform says.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>The ids, as they were and as they are, of the people it is about, as far as the app may see them.</summary>
    public IReadOnlyList<PersonId> People { get; init; } = [];

    /// <summary>The open_department_ids it is about.</summary>
    public IReadOnlyList<string> Departments { get; init; } = [];

    /// <summary>What ends by it.</summary>
    public required Ends Ends { get; init; }
}

/// <summary>What ends: answers that were asked for no later are neither served nor stored.</summary>
public sealed record Ends
{
    /// <summary>Answers about these ids, and answers that hold one of them, for all apps.</summary>
    public IReadOnlyList<PersonId> People { get; init; } = [];

    /// <summary>Answers about these contacts; each digest is of one app.</summary>
    public IReadOnlyList<ContactDigest> Contacts { get; init; } = [];

    /// <summary>All answers about contacts, for these.</summary>
    public IReadOnlyList<AppTenant> ContactsOf { get; init; } = [];

    /// <summary>That contacts have no answer, for all apps of this tenant: the change does not say which contacts it touched.</summary>
    public TenantKey? MissesOf { get; init; }

    /// <summary>Which departments there are, for all apps of this tenant.</summary>
    public TenantKey? DepartmentsOf { get; init; }

    /// <summary>Everything, for these.</summary>
    public IReadOnlyList<AppTenant> Scopes { get; init; } = [];
}
