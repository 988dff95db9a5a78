using System.Text.Json;
using IdentityGrpc.Sandbox.Apps;
using IdentityGrpc.Sandbox.Contact;
using IdentityGrpc.Sandbox.Directory;

namespace IdentityGrpc.Sandbox.Events;

/// <summary>
/// The objects of user events (reference §7.3). Ids are always open_ids and open_department_ids; the app's field scopes trim
/// them as they trim answers.
/// </summary>
internal static class UserEvent
{
    public static void WriteObject(Utf8JsonWriter writer, Company company, App app, Person user)
    {
        writer.WriteStartObject("object"u8);
        WriteIds(writer, company, app, user);
        WriteFields(writer, company, app, user, null);
        if (app.Grants.Has(FieldScopes.UserBase) && user.EnterpriseEmail is { } enterpriseEmail)
        {
            writer.WriteString("enterprise_email"u8, enterpriseEmail);
        }

        writer.WriteEndObject();
    }

    /// <summary>The changed fields and the open_id (U21), or all fields; never the enterprise e-mail.</summary>
    public static void WriteOldObject(Utf8JsonWriter writer, Company company, App app, Person before, Person after, bool complete)
    {
        writer.WriteStartObject("old_object"u8);
        if (complete)
        {
            WriteIds(writer, company, app, before);
        }
        else
        {
            writer.WriteString("open_id"u8, company.OpenId(app.Index, before));
            if (before.UserId != after.UserId && app.Grants.Has(FieldScopes.UserId))
            {
                writer.WriteString("user_id"u8, before.UserId);
            }
        }

        WriteFields(writer, company, app, before, complete ? null : after);
        writer.WriteEndObject();
    }

    /// <summary>The departments stand in the old object alone (U22).</summary>
    public static void WriteDeleted(Utf8JsonWriter writer, Company company, App app, Person before, Person after)
    {
        writer.WriteStartObject("object"u8);
        WriteIds(writer, company, app, after);
        if (app.Grants.Has(FieldScopes.UserBase))
        {
            writer.WriteString("name"u8, after.Name);
        }

        if (app.Grants.Has(FieldScopes.Email))
        {
            writer.WriteString("email"u8, after.Email ?? "");
        }

        if (app.Grants.Has(FieldScopes.Phone))
        {
            writer.WriteString("mobile"u8, after.Mobile ?? "");
        }

        if (app.Grants.Has(FieldScopes.Employee))
        {
            UserStatusWriter.Write(writer, after.Status);
        }

        writer.WriteEndObject();
        writer.WriteStartObject("old_object"u8);
        writer.WriteString("open_id"u8, company.OpenId(app.Index, before));
        if (app.Grants.Has(FieldScopes.Department))
        {
            WriteDepartments(writer, before);
        }

        writer.WriteEndObject();
    }

    private static void WriteIds(Utf8JsonWriter writer, Company company, App app, Person user)
    {
        writer.WriteString("open_id"u8, company.OpenId(app.Index, user));
        writer.WriteString("union_id"u8, company.UnionId(app.Provider.Index, user));
        if (app.Grants.Has(FieldScopes.UserId))
        {
            writer.WriteString("user_id"u8, user.UserId);
        }
    }

    // Every field that the scopes open, or only those in which the person differs from another state of theirs.
    private static void WriteFields(Utf8JsonWriter writer, Company company, App app, Person user, Person? unlike)
    {
        var grants = app.Grants;
        var other = unlike is { } state ? PersonEdit.Of(state) : null;
        Text(FieldScopes.UserBase, "name", user.Name, other?.Name);
        Text(FieldScopes.UserBase, "en_name", user.EnName, other?.EnName);
        Text(FieldScopes.Email, "email", user.Email ?? "", other is null ? null : other.Email ?? "");
        Text(FieldScopes.Phone, "mobile", user.Mobile ?? "", other is null ? null : other.Mobile ?? "");
        Text(FieldScopes.Employee, "job_title", user.JobTitle, other?.JobTitle);
        if (grants.Has(FieldScopes.Employee) && other?.Status != user.Status)
        {
            UserStatusWriter.Write(writer, user.Status);
        }

        if (grants.Has(FieldScopes.Department) && (other is null || !other.Departments.SequenceEqual(user.Departments)))
        {
            WriteDepartments(writer, user);
            WriteOrders(writer, user);
        }

        if (other is not null)
        {
            return;
        }

        if (grants.Has(FieldScopes.Gender))
        {
            writer.WriteNumber("gender"u8, user.Gender);
        }

        if (grants.Has(FieldScopes.Department) && user.Leader is { } leader && user.Tenant.Find(leader) is { } person)
        {
            writer.WriteString("leader_user_id"u8, company.OpenId(app.Index, person));
        }

        if (grants.Has(FieldScopes.Employee))
        {
            writer.WriteNumber("join_time"u8, user.JoinTime);
            writer.WriteNumber("employee_type"u8, user.EmployeeType);
        }

        Text(FieldScopes.EmployeeNumber, "employee_no", user.EmployeeNo, null);

        void Text(FieldScopes field, string name, string value, string? otherValue)
        {
            if (grants.Has(field) && value != otherValue)
            {
                writer.WriteString(name, value);
            }
        }
    }

    private static void WriteDepartments(Utf8JsonWriter writer, Person user)
    {
        writer.WriteStartArray("department_ids"u8);
        foreach (var department in user.Departments)
        {
            writer.WriteStringValue(user.Tenant.Departments[department].OpenId);
        }

        writer.WriteEndArray();
    }

    private static void WriteOrders(Utf8JsonWriter writer, Person user)
    {
        writer.WriteStartArray("orders"u8);
        for (var i = 0; i < user.Departments.Length; i++)
        {
            var department = user.Tenant.Departments[user.Departments[i]];
            writer.WriteStartObject();
            writer.WriteString("department_id"u8, department.OpenId);
            writer.WriteNumber("user_order"u8, 0);
            writer.WriteNumber("department_order"u8, department.Order);
            writer.WriteBoolean("is_primary_dept"u8, i == 0);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
