using System.Globalization;
using System.Text.Json;
using IdentityGrpc.Sandbox.Apps;
using IdentityGrpc.Sandbox.Directory;
using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Contact;

/// <summary>
/// Writes the user object of reference §3.1 with the fields that the caller's field scopes open; the others are left out (R19).
/// </summary>
internal static class UserWriter
{
    public static void WriteMembers(ApiCall call, Person person)
    {
        var writer = call.Writer;
        var grants = call.Grants;
        WriteIds(call, writer, person);
        if (grants.Has(FieldScopes.UserBase))
        {
            WriteBase(writer, person);
        }

        if (grants.Has(FieldScopes.Email))
        {
            writer.WriteString("email"u8, person.Email ?? "");
        }

        if (grants.Has(FieldScopes.Phone))
        {
            writer.WriteString("mobile"u8, person.Mobile ?? "");
        }

        writer.WriteBoolean("mobile_visible"u8, true);
        if (grants.Has(FieldScopes.Gender))
        {
            writer.WriteNumber("gender"u8, person.Gender);
        }

        if (grants.Has(FieldScopes.Department))
        {
            WriteDepartments(call, writer, person);
        }

        if ((grants.Fields & (FieldScopes.Department | FieldScopes.Employee)) != 0 && person.Leader is { } leader && person.Tenant.Find(leader) is { } lead)
        {
            writer.WriteString("leader_user_id"u8, UserIds.Write(call, lead));
        }

        if (grants.Has(FieldScopes.EmployeeNumber))
        {
            writer.WriteString("employee_no"u8, person.EmployeeNo);
        }

        if (grants.Has(FieldScopes.Employee))
        {
            WriteEmployment(writer, person);
        }
    }

    private static void WriteIds(ApiCall call, Utf8JsonWriter writer, Person person)
    {
        writer.WriteString("open_id"u8, call.Company.OpenId(call.App.Index, person));
        writer.WriteString("union_id"u8, call.Company.UnionId(call.App.Provider.Index, person));
        if (call.Grants.Has(FieldScopes.UserId))
        {
            writer.WriteString("user_id"u8, person.UserId);
        }
    }

    private static void WriteBase(Utf8JsonWriter writer, Person person)
    {
        writer.WriteString("name"u8, person.Name);
        writer.WriteString("en_name"u8, person.EnName);
        writer.WriteString("nickname"u8, "");
        WriteAvatar(writer, person);
    }

    public static void WriteAvatar(Utf8JsonWriter writer, Person person)
    {
        writer.WriteStartObject("avatar"u8);
        foreach (var size in (ReadOnlySpan<string>)["avatar_72", "avatar_240", "avatar_640", "avatar_origin"])
        {
            writer.WriteString(size, Avatar(person, size));
        }

        writer.WriteEndObject();
    }

    public static string Avatar(Person person, string size) =>
        string.Create(CultureInfo.InvariantCulture, $"https://avatars.sandbox.example/{size}/{person.Tenant.Index}-{person.Index}.png");

    // A resigned person is in no department any more (reference §7.3).
    private static void WriteDepartments(ApiCall call, Utf8JsonWriter writer, Person person)
    {
        if (person.IsResigned)
        {
            return;
        }

        writer.WriteStartArray("department_ids"u8);
        foreach (var index in person.Departments)
        {
            writer.WriteStringValue(DepartmentIds.Write(call, person.Tenant.Departments[index]));
        }

        writer.WriteEndArray();
        writer.WriteStartArray("orders"u8);
        for (var i = 0; i < person.Departments.Length; i++)
        {
            var department = person.Tenant.Departments[person.Departments[i]];
            writer.WriteStartObject();
            writer.WriteString("department_id"u8, DepartmentIds.Write(call, department));
            writer.WriteNumber("user_order"u8, 0);
            writer.WriteNumber("department_order"u8, department.Order);
            writer.WriteBoolean("is_primary_dept"u8, i == 0);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteEmployment(Utf8JsonWriter writer, Person person)
    {
        if (person.EnterpriseEmail is { } enterpriseEmail)
        {
            writer.WriteString("enterprise_email"u8, enterpriseEmail);
        }

        UserStatusWriter.Write(writer, person.Status);
        writer.WriteString("city"u8, "");
        writer.WriteString("country"u8, "");
        writer.WriteString("work_station"u8, "");
        writer.WriteNumber("join_time"u8, person.JoinTime);
        writer.WriteNumber("employee_type"u8, person.EmployeeType);
        writer.WriteBoolean("is_tenant_manager"u8, person.Index == 0);
        writer.WriteString("job_title"u8, person.JobTitle);
        CustomAttributes.Write(writer, person);
    }
}
