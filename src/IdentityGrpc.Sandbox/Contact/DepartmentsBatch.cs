using IdentityGrpc.Sandbox.Apps;
using IdentityGrpc.Sandbox.Directory;
using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Contact;

/// <summary>Departments by id: an unknown one fails the call (U4), one out of scope is left out.</summary>
internal static class DepartmentsBatch
{
    private const int Most = 50;

    public static readonly Api Api = new("GET", "/open-apis/contact/v3/departments/batch", Handle) { Scopes = [Scopes.ContactBase] };

    private static ApiError? Handle(ApiCall call)
    {
        var ids = call.QueryAll("department_ids");
        call.CountKeys(ids.Length);
        if (ids.Length is 0 or > Most)
        {
            return Errors.Validation("department_ids", "", ids.Length == 0 ? "department_ids is required" : "the max len is 50");
        }

        var departments = Array.ConvertAll(ids, id => DepartmentIds.Find(call, id));
        if (departments.Contains(null) && !call.Platform.Switches.DepartmentsBatchOmits)
        {
            return DepartmentIds.Unknown(call, [.. ids.Where((_, i) => departments[i] is null)]);
        }

        var items = new ItemsWriter(call.Writer);
        foreach (var department in departments.OfType<Department>().Distinct().Where(department => DepartmentIds.Authorize(call, department) is null))
        {
            items.BeginItem();
            DepartmentWriter.WriteMembers(call, department);
            items.EndItem();
        }

        items.End();
        return null;
    }
}
