using IdentityGrpc.Sandbox.Apps;
using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Contact;

/// <summary>
/// What the app's contact scope names (reference §4.2): for all staff the first level and the root's own members, else exactly
/// what is configured. Users, departments and groups share one page.
/// </summary>
internal static class ScopesList
{
    public static readonly Api Api = new("GET", "/open-apis/contact/v3/scopes", Handle)
    {
        Tokens = TokenKinds.Tenant,
        Scopes = [Scopes.ContactBase, Scopes.ReadonlyAsApp, Scopes.AccessAsApp],
    };

    private static ApiError? Handle(ApiCall call)
    {
        if (Page.Read(call, standard: 50, most: 100, out var page) is { } invalid)
        {
            return invalid;
        }

        if (call.UserIdType == UserIdType.UserId && !call.Grants.Has(FieldScopes.UserId))
        {
            return Errors.MissingAppScopes([Scopes.EmployeeId]);
        }

        var scope = call.App.ContactScope;
        var tenant = call.Tenant;
        var (users, departments, groups) = (scope.UsersIn(tenant), scope.DepartmentsIn(tenant), scope.GroupsIn(tenant));
        var start = page.After + 1;
        var end = Math.Min(start + page.Size, users.Count + departments.Count + groups.Count);
        WritePart(call, "user_ids", start, end, users, user => UserIds.Write(call, tenant[user]));
        WritePart(call, "department_ids", start - users.Count, end - users.Count, departments, department => DepartmentIds.Write(call, department));
        WritePart(call, "group_ids", start - users.Count - departments.Count, end - users.Count - departments.Count, groups, group => group.Id);
        page.WriteEnd(end < users.Count + departments.Count + groups.Count, end - 1);
        return null;
    }

    // An empty list is missing.
    private static void WritePart<T>(ApiCall call, string name, int start, int end, IReadOnlyList<T> all, Func<T, string> id)
    {
        (start, end) = (Math.Max(0, start), Math.Min(end, all.Count));
        if (start >= end)
        {
            return;
        }

        call.Writer.WriteStartArray(name);
        for (var i = start; i < end; i++)
        {
            call.Writer.WriteStringValue(id(all[i]));
        }

        call.Writer.WriteEndArray();
    }
}
