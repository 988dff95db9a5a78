using IdentityGrpc.Sandbox.Apps;
using IdentityGrpc.Sandbox.Directory;
using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Contact;

/// <summary>
/// The old list of departments: below a parent as <see cref="DepartmentChildren"/>; without one, the root alone for all staff, else
/// the departments of the contact scope (R36).
/// </summary>
internal static class DepartmentsList
{
    public static readonly Api Api = new("GET", "/open-apis/contact/v3/departments", Handle)
    {
        Scopes = [Scopes.ContactBase, Scopes.DepartmentOrganize, .. Scopes.Wide],
    };

    private static ApiError? Handle(ApiCall call)
    {
        if (call.ReadFlag("fetch_child", out var recursive) is { } invalid)
        {
            return invalid;
        }

        if (call.Query("parent_department_id") is { Length: > 0 } id)
        {
            return DepartmentIds.Read(call, id, out var parent)
                ?? Page.Read(call, standard: 10, most: 50, out var below)
                ?? DepartmentIds.Authorize(call, parent!)
                ?? DepartmentChildren.Write(call, parent!, recursive, below);
        }

        if (Page.Read(call, standard: 10, most: 50, out var page) is { } error)
        {
            return error;
        }

        IEnumerable<Department> departments = call.SeesEveryone ? [call.Tenant.Root]
            : recursive ? call.Tenant.Departments.Where(department => !department.IsRoot && !department.Deleted && call.CanSee(department))
            : call.App.ContactScope.DepartmentsIn(call.Tenant).OrderBy(department => department.Index);
        DepartmentChildren.WritePage(call, departments.Where(department => department.Index > page.After), page);
        return null;
    }
}
