using IdentityGrpc.Sandbox.Apps;
using IdentityGrpc.Sandbox.Directory;
using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Contact;

/// <summary>Sub-departments, or with <c>fetch_child</c> all descendants flat; a big department refuses the latter (43010).</summary>
internal static class DepartmentChildren
{
    private const int MostForUserToken = 1000;

    public static readonly Api Api = new("GET", "/open-apis/contact/v3/departments/:department_id/children", Handle)
    {
        Scopes = [Scopes.ContactBase, Scopes.DepartmentOrganize, .. Scopes.Wide],
    };

    private static ApiError? Handle(ApiCall call)
    {
        if (call.ReadFlag("fetch_child", out var recursive) is { } invalid)
        {
            return invalid;
        }

        return DepartmentIds.Read(call, call.PathValue("department_id"), out var department)
            ?? Page.Read(call, standard: 10, most: 50, out var page)
            ?? DepartmentIds.Authorize(call, department!)
            ?? Write(call, department!, recursive, page);
    }

    public static ApiError? Write(ApiCall call, Department parent, bool recursive, Page page)
    {
        if (recursive && call.Platform.BigDepartment is > 0 and var big && Descendants(call, parent, -1).Skip(big).Any())
        {
            return Errors.BigDepartment;
        }

        var departments = recursive ? Descendants(call, parent, page.After) : parent.Children.Where(child => child.Index > page.After);
        if (recursive && call.IsUserToken)
        {
            var last = Descendants(call, parent, -1).Take(MostForUserToken).LastOrDefault()?.Index ?? -1;
            departments = departments.TakeWhile(department => department.Index <= last);
        }

        WritePage(call, departments, page);
        return null;
    }

    public static void WritePage(ApiCall call, IEnumerable<Department> departments, Page page)
    {
        var items = new ItemsWriter(call.Writer);
        var written = 0;
        var last = -1;
        var hasMore = false;
        foreach (var department in departments)
        {
            if (written == page.Size)
            {
                hasMore = true;
                break;
            }

            items.BeginItem();
            DepartmentWriter.WriteMembers(call, department);
            items.EndItem();
            last = department.Index;
            written++;
        }

        items.End();
        page.WriteEnd(hasMore, last);
    }

    // By rising number, so that a page goes on after a number whatever changed in between.
    private static IEnumerable<Department> Descendants(ApiCall call, Department ancestor, int after)
    {
        var all = call.Tenant.Departments;
        for (var i = after + 1; i < all.Count; i++)
        {
            if (!all[i].Deleted && all[i] != ancestor && all[i].IsWithin(ancestor))
            {
                yield return all[i];
            }
        }
    }
}
