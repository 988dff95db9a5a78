using IdentityGrpc.Sandbox.Apps;
using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Contact;

/// <summary>
/// The old list of users: with a department its direct members, without one the independent members, who are in the contact scope
/// while none of their departments are (R34).
/// </summary>
internal static class UsersList
{
    public static readonly Api Api = new("GET", "/open-apis/contact/v3/users", Handle) { Scopes = [Scopes.ContactBase, .. Scopes.Wide] };

    private static ApiError? Handle(ApiCall call)
    {
        if (call.Query("department_id") is { Length: > 0 } id)
        {
            return DepartmentIds.Read(call, id, out var department)
                ?? Page.Read(call, standard: 20, most: 50, out var members)
                ?? DepartmentIds.Authorize(call, department!)
                ?? FindByDepartment.WriteMembers(call, department!, members);
        }

        if (Page.Read(call, standard: 20, most: 50, out var page) is { } invalid)
        {
            return invalid;
        }

        var scope = call.App.ContactScope;
        var independent = call.SeesEveryone ? [] : scope.SinglesIn(call.Tenant).Where(index => scope.IsIndependent(call.Tenant[index])).Where(index => index > page.After).Take(page.Size + 1).ToList();
        var items = new ItemsWriter(call.Writer);
        foreach (var index in independent.Take(page.Size))
        {
            items.BeginItem();
            UserWriter.WriteMembers(call, call.Tenant[index]);
            items.EndItem();
        }

        items.End();
        page.WriteEnd(independent.Count > page.Size, independent.Take(page.Size).LastOrDefault(-1));
        return null;
    }
}
