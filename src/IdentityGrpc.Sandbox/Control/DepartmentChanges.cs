using IdentityGrpc.Sandbox.Contact;
using IdentityGrpc.Sandbox.Directory;

namespace IdentityGrpc.Sandbox.Control;

/// <summary>Creates, changes and deletes departments. Members that are not sent stay as they are.</summary>
internal static class DepartmentChanges
{
    public static bool Create(ControlCall call)
    {
        call.Knows("tenant_key", "name", "parent_open_department_id", "department_id");
        if (call.FindTenant(call.Text("tenant_key")) is not { } tenant)
        {
            return true;
        }

        var parent = call.FindDepartment(tenant, call.Text("parent_open_department_id") ?? "0", "parent_open_department_id");
        var name = call.Text("name");
        if (string.IsNullOrEmpty(name))
        {
            call.Mistakes.Add("name: it is needed.");
        }

        var customId = CustomId(call);
        if (call.Mistakes.Count == 0)
        {
            DepartmentTruth.Write(call.Writer, tenant, call.Platform.Editor.CreateDepartment(tenant, name!, parent!, customId));
        }

        return true;
    }

    public static bool Update(ControlCall call)
    {
        call.Knows("name", "parent_open_department_id", "department_id", "order");
        if (Find(call) is not var (tenant, department))
        {
            return false;
        }

        var parent = call.Text("parent_open_department_id") is { } id ? call.FindDepartment(tenant, id, "parent_open_department_id") : department.Parent;
        var name = call.Text("name") ?? department.Name;
        var customId = CustomId(call) ?? department.CustomId;
        var order = call.Number("order", 0, int.MaxValue) ?? department.Order;
        if (call.Mistakes.Count == 0)
        {
            call.Platform.Editor.UpdateDepartment(tenant, department, name, parent!, customId, order);
            DepartmentTruth.Write(call.Writer, tenant, department);
        }

        return true;
    }

    public static bool Delete(ControlCall call)
    {
        if (Find(call) is not var (tenant, department))
        {
            return false;
        }

        call.Platform.Editor.DeleteDepartment(tenant, department);
        return Done.Write(call);
    }

    private static string? CustomId(ControlCall call)
    {
        var id = call.Text("department_id");
        if (id is not null && !DepartmentIds.IsCustomId(id))
        {
            call.Mistakes.Add("department_id: 1 to 64 of a-z, A-Z, 0-9, _ - @ and ., beginning with a letter or digit, not '0' and not 'od-…'.");
        }

        return id;
    }

    private static (Tenant Tenant, Department Department)? Find(ControlCall call)
    {
        var id = call.PathValue("open_department_id");
        if (call.Platform.Company.Ids.TryRead(id, IdKind.Department, out var parts) && parts.Tenant < call.Platform.Company.Tenants.Count
            && call.Platform.Company.Tenants[parts.Tenant] is { } tenant && tenant.FindDepartment(parts.Index) is { } department)
        {
            return (tenant, department);
        }

        call.Mistakes.Add($"There is no department '{id}'.");
        return null;
    }
}
