using System.Text.Json;
using IdentityGrpc.Sandbox.Directory;

namespace IdentityGrpc.Sandbox.Control;

/// <summary>The departments of all tenants, or of <c>tenant_key</c>; the roots, which all are <c>0</c>, are left out.</summary>
internal static class DepartmentTruth
{
    public static bool WriteAll(ControlCall call)
    {
        var key = (string?)call.Query["tenant_key"];
        call.FindTenant(key);
        var writer = call.Writer;
        writer.WriteStartObject();
        writer.WriteStartArray("departments"u8);
        foreach (var tenant in call.Platform.Company.Tenants.Where(tenant => string.IsNullOrEmpty(key) || tenant.Key == key))
        {
            foreach (var department in tenant.Departments.Where(department => !department.IsRoot && !department.Deleted))
            {
                Write(writer, tenant, department);
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        return true;
    }

    public static void Write(Utf8JsonWriter writer, Tenant tenant, Department department)
    {
        writer.WriteStartObject();
        writer.WriteString("tenant_key"u8, tenant.Key);
        writer.WriteString("open_department_id"u8, department.OpenId);
        writer.WriteString("department_id"u8, department.CustomId);
        writer.WriteString("name"u8, department.Name);
        writer.WriteString("parent_open_department_id"u8, department.Parent!.OpenId);
        writer.WriteEndObject();
    }
}
