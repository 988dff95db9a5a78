using IdentityGrpc.Sandbox.Apps;
using IdentityGrpc.Sandbox.Directory;
using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Contact;

/// <summary>The direct members of a department (R37), page by page; resigned people are in none.</summary>
internal static class FindByDepartment
{
    public static readonly Api Api = new("GET", "/open-apis/contact/v3/users/find_by_department", Handle)
    {
        Scopes = [Scopes.ContactBase, Scopes.DepartmentOrganize, .. Scopes.Wide],
    };

    private static ApiError? Handle(ApiCall call)
    {
        var id = call.Query("department_id");
        if (string.IsNullOrEmpty(id))
        {
            return Errors.Validation("department_id", "", "department_id is required");
        }

        if (DepartmentIds.Read(call, id, out var department) is { } unknown)
        {
            return unknown;
        }

        return Page.Read(call, standard: 10, most: 50, out var page)
            ?? DepartmentIds.Authorize(call, department!)
            ?? WriteMembers(call, department!, page);
    }

    public static ApiError? WriteMembers(ApiCall call, Department department, Page page)
    {
        var members = department.Members;
        var next = Array.BinarySearch(members, page.After + 1);
        next = next < 0 ? ~next : next;
        var end = Math.Min(members.Length, next + page.Size);
        var items = new ItemsWriter(call.Writer);
        for (var i = next; i < end; i++)
        {
            items.BeginItem();
            UserWriter.WriteMembers(call, call.Tenant[members[i]]);
            items.EndItem();
        }

        items.End();
        page.WriteEnd(end < members.Length, end > 0 ? members[end - 1] : -1);
        return null;
    }
}
