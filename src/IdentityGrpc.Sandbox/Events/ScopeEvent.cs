using System.Globalization;
using System.Text.Json;
using IdentityGrpc.Sandbox.Apps;
using IdentityGrpc.Sandbox.Directory;

namespace IdentityGrpc.Sandbox.Events;

/// <summary><c>contact.scope.updated_v3</c>: what was configured and no longer is, and the reverse (reference §7.3).</summary>
internal static class ScopeEvent
{
    public static void Write(Utf8JsonWriter writer, Company company, App app, Tenant tenant, ContactScope before, ContactScope after)
    {
        WritePart(writer, "added", company, app, tenant, after, before);
        WritePart(writer, "removed", company, app, tenant, before, after);
    }

    private static void WritePart(Utf8JsonWriter writer, string name, Company company, App app, Tenant tenant, ContactScope of, ContactScope without)
    {
        writer.WriteStartObject(name);
        writer.WriteStartArray("departments"u8);
        foreach (var department in of.DepartmentsIn(tenant).Except(without.DepartmentsIn(tenant)))
        {
            WriteDepartment(writer, app, department);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("users"u8);
        foreach (var user in of.UsersIn(tenant).Except(without.UsersIn(tenant)))
        {
            WriteUser(writer, company, app, tenant[user]);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("user_groups"u8);
        foreach (var group in of.GroupsIn(tenant).Except(without.GroupsIn(tenant)))
        {
            writer.WriteStartObject();
            writer.WriteString("user_group_id"u8, group.Id);
            writer.WriteString("name"u8, group.Name);
            writer.WriteNumber("type"u8, 1);
            writer.WriteNumber("member_count"u8, group.Members.Count);
            writer.WriteNumber("status"u8, 1);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteDepartment(Utf8JsonWriter writer, App app, Department department)
    {
        writer.WriteStartObject();
        writer.WriteString("open_department_id"u8, department.OpenId);
        if (app.Grants.Has(FieldScopes.DepartmentBase))
        {
            writer.WriteString("name"u8, department.Name);
            writer.WriteString("department_id"u8, department.CustomId);
        }

        if (app.Grants.Has(FieldScopes.DepartmentOrganize))
        {
            writer.WriteString("parent_department_id"u8, department.Parent!.OpenId);
            writer.WriteString("order"u8, department.Order.ToString(CultureInfo.InvariantCulture));
            writer.WriteNumber("member_count"u8, department.MemberCount);
        }

        writer.WriteStartObject("status"u8);
        writer.WriteBoolean("is_deleted"u8, department.Deleted);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteUser(Utf8JsonWriter writer, Company company, App app, Person user)
    {
        writer.WriteStartObject();
        writer.WriteString("open_id"u8, company.OpenId(app.Index, user));
        writer.WriteString("union_id"u8, company.UnionId(app.Provider.Index, user));
        if (app.Grants.Has(FieldScopes.UserId))
        {
            writer.WriteString("user_id"u8, user.UserId);
        }

        if (app.Grants.Has(FieldScopes.UserBase))
        {
            writer.WriteString("name"u8, user.Name);
        }

        writer.WriteEndObject();
    }
}
