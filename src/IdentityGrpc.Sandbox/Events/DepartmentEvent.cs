using System.Text.Json;
using IdentityGrpc.Sandbox.Apps;
using IdentityGrpc.Sandbox.Directory;

namespace IdentityGrpc.Sandbox.Events;

/// <summary>The objects of department events (reference §7.3); the order is a number here, unlike in answers.</summary>
internal static class DepartmentEvent
{
    public static void WriteObject(Utf8JsonWriter writer, Company company, App app, Tenant tenant, DepartmentState state)
    {
        writer.WriteStartObject("object"u8);
        WriteFields(writer, app, state, null);
        if (app.Grants.Has(FieldScopes.DepartmentOrganize) && state.Leader is { } leader && tenant.Find(leader) is { } person)
        {
            writer.WriteString("leader_user_id"u8, company.OpenId(app.Index, person));
        }

        WriteStatus(writer, isDeleted: false);
        writer.WriteEndObject();
    }

    public static void WriteOldObject(Utf8JsonWriter writer, App app, DepartmentState before, DepartmentState after, bool complete)
    {
        writer.WriteStartObject("old_object"u8);
        WriteFields(writer, app, before, complete ? null : after);
        WriteStatus(writer, isDeleted: false);
        writer.WriteEndObject();
    }

    public static void WriteDeleted(Utf8JsonWriter writer, DepartmentState before)
    {
        writer.WriteStartObject("object"u8);
        writer.WriteString("open_department_id"u8, before.Department.OpenId);
        WriteStatus(writer, isDeleted: true);
        writer.WriteEndObject();
        writer.WriteStartObject("old_object"u8);
        writer.WriteString("open_department_id"u8, before.Department.OpenId);
        WriteStatus(writer, isDeleted: false);
        writer.WriteEndObject();
    }

    private static void WriteFields(Utf8JsonWriter writer, App app, DepartmentState state, DepartmentState? unlike)
    {
        writer.WriteString("open_department_id"u8, state.Department.OpenId);
        if (app.Grants.Has(FieldScopes.DepartmentBase))
        {
            WriteUnlessSame(writer, "name", state.Name, unlike?.Name);
            WriteUnlessSame(writer, "department_id", state.CustomId, unlike?.CustomId);
        }

        if (!app.Grants.Has(FieldScopes.DepartmentOrganize))
        {
            return;
        }

        WriteUnlessSame(writer, "parent_department_id", state.Parent!.OpenId, unlike?.Parent!.OpenId);
        if (state.Order != unlike?.Order)
        {
            writer.WriteNumber("order"u8, state.Order);
        }
    }

    private static void WriteUnlessSame(Utf8JsonWriter writer, string name, string value, string? other)
    {
        if (value != other)
        {
            writer.WriteString(name, value);
        }
    }

    private static void WriteStatus(Utf8JsonWriter writer, bool isDeleted)
    {
        writer.WriteStartObject("status"u8);
        writer.WriteBoolean("is_deleted"u8, isDeleted);
        writer.WriteEndObject();
    }
}
