using IdentityGrpc.Sandbox.Apps;
using IdentityGrpc.Sandbox.Directory;
using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Contact;

/// <summary>The departments above one, from its parent upwards, without the root and up to the border of the scope.</summary>
internal static class DepartmentParents
{
    public static readonly Api Api = new("GET", "/open-apis/contact/v3/departments/parent", Handle)
    {
        Scopes = [Scopes.ContactBase, Scopes.DepartmentOrganize, .. Scopes.Wide],
    };

    private static ApiError? Handle(ApiCall call)
    {
        var id = call.Query("department_id");
        if (string.IsNullOrEmpty(id))
        {
            return Errors.MissingDepartment;
        }

        return DepartmentIds.Read(call, id, out var department)
            ?? Page.Read(call, standard: 20, most: 50, out var page)
            ?? DepartmentIds.Authorize(call, department!)
            ?? Write(call, department!, page);
    }

    private static ApiError? Write(ApiCall call, Department department, Page page)
    {
        List<Department> parents = [];
        for (var parent = department.Parent; parent is { IsRoot: false } && call.CanSee(parent); parent = parent.Parent)
        {
            parents.Add(parent);
        }

        var items = new ItemsWriter(call.Writer);
        var start = page.After + 1;
        foreach (var parent in parents.Skip(start).Take(page.Size))
        {
            items.BeginItem();
            DepartmentWriter.WriteMembers(call, parent);
            items.EndItem();
        }

        items.End();
        page.WriteEnd(parents.Count > start + page.Size, start + page.Size - 1);
        return null;
    }
}
