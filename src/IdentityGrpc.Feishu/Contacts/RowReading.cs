using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Feishu.Contacts;

/// <summary>Reads the platform's rows as the domain's types. A row that lacks what it must have is left out, never guessed.</summary>
internal static class RowReading
{
    private const string OpenIdPrefix = "ou_", UnionIdPrefix = "on_";

    /// <summary>The rows whose echo is a contact and whose id, if any, is not plainly of another kind than the one asked for.</summary>
    public static IReadOnlyList<ContactRow> Contacts(ContactIdList list, IdType idType)
    {
        var rows = new List<ContactRow>(list.UserList?.Count ?? 0);
        foreach (var row in list.UserList ?? [])
        {
            if (Echo(row) is { } contact && (row.UserId is null || Fits(idType, row.UserId))) rows.Add(new(contact, row.UserId, Status(row.Status)));
        }
        return rows;
    }

    /// <summary>The person, or null where even the open_id is missing.</summary>
    public static Person? Person(UserRow row) => row.OpenId is { } openId && Fits(IdType.OpenId, openId)
        ? new Person { OpenId = openId, UnionId = row.UnionId, UserId = row.UserId, Status = Status(row.Status) }
        : null;

    /// <summary>The people in the rows.</summary>
    public static IReadOnlyList<Person> People(UserList list)
    {
        var people = new List<Person>(list.Items?.Count ?? 0);
        foreach (var row in list.Items ?? [])
        {
            if (Person(row) is { } person) people.Add(person);
        }
        return people;
    }

    /// <summary>The members on a page. <paramref name="openDepartments"/>: whether department ids in the answer are open_department_ids.</summary>
    public static IReadOnlyList<DirectoryMember> Members(UserList list, bool openDepartments)
    {
        var members = new List<DirectoryMember>(list.Items?.Count ?? 0);
        foreach (var row in list.Items ?? [])
        {
            if (Person(row) is not { } person) continue;
            members.Add(new(person, openDepartments ? row.DepartmentIds : null, ProfileReading.Profile(row)));
        }
        return members;
    }

    /// <summary>The department, or null where its open_department_id is missing.</summary>
    public static Department? Department(DepartmentRow row, bool openDepartments) => row.OpenDepartmentId is { } id
        ? new(id, id != "0" && (openDepartments || row.ParentDepartmentId == "0") ? row.ParentDepartmentId : null, row.MemberCount)
        : null;

    /// <summary>The token of the next page: none where <c>has_more</c> is false or the token is empty (reference §10).</summary>
    public static string? Next(bool? hasMore, string? pageToken) => hasMore == false ? null : pageToken;

    /// <summary>The status that the flags tell; null where there are none. Of several the last in the order of <see cref="UserStatus"/> wins.</summary>
    public static UserStatus? Status(StatusFlags? flags) => flags switch
    {
        null => null,
        { IsResigned: true } => UserStatus.Resigned,
        { IsExited: true } => UserStatus.Exited,
        { IsFrozen: true } => UserStatus.Frozen,
        { IsUnjoin: true } => UserStatus.Unjoined,
        { IsActivated: true } => UserStatus.Activated,
        { IsActivated: false } => UserStatus.Unjoined,
        _ => null,
    };

    private static Contact? Echo(ContactIdRow row)
    {
        if (row.Email is { } email) return Contact.TryParseEmail(email, out var contact, out _) ? contact : null;
        return row.Mobile is { } mobile && Contact.TryParseMobile(mobile, out var number, out _) ? number : null;
    }

    /// <summary>Whether the id is not plainly of another kind: an answer to another question is no answer.</summary>
    private static bool Fits(IdType type, string id) => type switch
    {
        IdType.OpenId => !id.StartsWith(UnionIdPrefix, StringComparison.Ordinal),
        IdType.UnionId => !id.StartsWith(OpenIdPrefix, StringComparison.Ordinal),
        _ => true,
    };
}
