using System.Text.Json;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Feishu.Events;

/// <summary>
/// The contact events of both generations (reference §7.2, §7.3): whom and what they touch, as it is and as it was. An
/// <c>old_object</c> may hold all fields or those that changed (U21): both objects are read alike, and whatever either names has ended.
/// </summary>
internal static class DirectoryEvents
{
    private const int MostDepartments = 100;

    /// <summary>What a type of event means; null: nothing here.</summary>
    public static ChangeKind? KindOf(string type) => type switch
    {
        "contact.user.created_v3" or "user_add" => ChangeKind.UserCreated,
        "contact.user.updated_v3" or "user_update" or "user_status_change" => ChangeKind.UserUpdated,
        "contact.user.deleted_v3" or "user_leave" => ChangeKind.UserDeleted,
        "contact.department.created_v3" or "dept_add" => ChangeKind.DepartmentCreated,
        "contact.department.updated_v3" or "dept_update" => ChangeKind.DepartmentUpdated,
        "contact.department.deleted_v3" or "dept_delete" => ChangeKind.DepartmentDeleted,
        "contact.scope.updated_v3" or "contact_scope_change" => ChangeKind.ScopeUpdated,
        _ => null,
    };

    /// <summary>Reads the <c>event</c> of either envelope; the older one has its fields where the newer has <c>object</c>.</summary>
    public static DirectoryChange Read(ChangeKind kind, AppTenant scope, string id, DateTimeOffset? at, JsonElement body)
    {
        var now = body.Object("object") ?? body;
        var old = body.Object("old_object");
        JsonElement[] states = old is { } before ? [now, before] : [now];
        var change = new DirectoryChange { EventId = id, Kind = kind, Scope = scope, OccurredAt = at };
        return kind switch
        {
            ChangeKind.UserCreated or ChangeKind.UserUpdated or ChangeKind.UserDeleted => change with
            {
                People = [.. states.SelectMany(s => Ids(scope, s)).Distinct()],
                Contacts = [.. states.SelectMany(Contacts).Distinct()],
                // Where the app may see a contact, its field stands in the object, if only empty.
                ShowsContacts = now.Shows("email") && now.Shows("mobile"),
                Departments = [.. states.SelectMany(s => s.Texts("department_ids")).Distinct().Take(MostDepartments)],
            },
            ChangeKind.ScopeUpdated => change,
            _ => change with
            {
                Departments = [.. states.Select(s => s.Text("open_department_id")).OfType<string>().Distinct()],
                MayMovePeople = kind == ChangeKind.DepartmentUpdated && MayHaveMoved(now, old),
            },
        };
    }

    // An employee_id is what the older generation calls a user_id (R8).
    private static IEnumerable<PersonId> Ids(AppTenant scope, JsonElement user)
    {
        (IdType Type, string Name)[] fields = [(IdType.OpenId, "open_id"), (IdType.UnionId, "union_id"), (IdType.UserId, "user_id"), (IdType.UserId, "employee_id")];
        foreach (var (type, name) in fields)
        {
            if (user.Text(name) is { } value) yield return PersonId.Of(scope, type, value);
        }
    }

    // What the service does not take for a contact, it has not looked up either.
    private static IEnumerable<Contact> Contacts(JsonElement user)
    {
        if (user.Text("email") is { } email && Contact.TryParseEmail(email, out var contact, out _)) yield return contact;
        if (user.Text("mobile") is { } mobile && Contact.TryParseMobile(mobile, out contact, out _)) yield return contact;
    }

    // Certain that it has not only where both parents stand there and are one, or where the parent is seen and is not among what changed.
    private static bool MayHaveMoved(JsonElement now, JsonElement? old)
    {
        string? parent = now.Text("parent_department_id"), former = old?.Text("parent_department_id");
        return parent is null || old is null || (former is not null && former != parent);
    }
}
