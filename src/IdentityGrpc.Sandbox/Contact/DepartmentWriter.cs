using System.Globalization;
using System.Text.Json;
using IdentityGrpc.Sandbox.Apps;
using IdentityGrpc.Sandbox.Directory;
using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Contact;

/// <summary>Writes the department object of reference §4.1; without field scopes that is little more than its open id.</summary>
internal static class DepartmentWriter
{
    public static void WriteMembers(ApiCall call, Department department)
    {
        var writer = call.Writer;
        var grants = call.Grants;
        writer.WriteString("open_department_id"u8, department.OpenId);
        if (grants.Has(FieldScopes.DepartmentBase))
        {
            WriteBase(writer, department);
        }

        if (grants.Has(FieldScopes.DepartmentOrganize))
        {
            WriteOrganization(call, writer, department);
        }
    }

    private static void WriteBase(Utf8JsonWriter writer, Department department)
    {
        writer.WriteString("department_id"u8, department.CustomId);
        writer.WriteString("name"u8, department.Name);
        writer.WriteStartObject("i18n_name"u8);
        writer.WriteString("zh_cn"u8, department.Name);
        writer.WriteString("en_us"u8, department.Name);
        writer.WriteEndObject();
        writer.WriteStartObject("status"u8);
        writer.WriteBoolean("is_deleted"u8, department.Deleted);
        writer.WriteEndObject();
    }

    private static void WriteOrganization(ApiCall call, Utf8JsonWriter writer, Department department)
    {
        if (department.Parent is { } parent)
        {
            writer.WriteString("parent_department_id"u8, DepartmentIds.Write(call, parent));
        }

        // A string here, a number in events (reference §4.1).
        writer.WriteString("order"u8, department.Order.ToString(CultureInfo.InvariantCulture));
        writer.WriteNumber("member_count"u8, department.MemberCount);
        writer.WriteNumber("primary_member_count"u8, department.Members.Length);
        if (department.Leader is { } leader && call.Tenant.Find(leader) is { } person)
        {
            var id = UserIds.Write(call, person);
            writer.WriteString("leader_user_id"u8, id);
            writer.WriteStartArray("leaders"u8);
            writer.WriteStartObject();
            writer.WriteNumber("leaderType"u8, 1);
            writer.WriteString("leaderID"u8, id);
            writer.WriteEndObject();
            writer.WriteEndArray();
        }
    }
}
