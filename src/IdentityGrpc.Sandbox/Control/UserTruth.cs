using System.Globalization;
using System.Text.Json;
using IdentityGrpc.Sandbox.Contact;
using IdentityGrpc.Sandbox.Directory;

namespace IdentityGrpc.Sandbox.Control;

/// <summary>
/// The people of all tenants, or of <c>tenant_key</c>, with all their ids, whoever may see them. What a person has not is left out;
/// a resigned person is in no department. <c>profile=true</c> adds the job and the custom attributes.
/// </summary>
internal static class UserTruth
{
    private const int Most = 10_000;

    public static bool WriteAll(ControlCall call)
    {
        var limit = ReadNumber(call, "limit", 100, 1, Most);
        var offset = ReadNumber(call, "offset", 0, 0, int.MaxValue);
        IReadOnlyList<Tenant> tenants = call.Platform.Company.Tenants;
        if (call.Query["tenant_key"] is [{ Length: > 0 } key] && call.FindTenant(key) is { } tenant)
        {
            tenants = [tenant];
        }

        if (call.Mistakes.Count == 0)
        {
            WriteRows(call.Writer, call.Platform, tenants, limit, offset, (string?)call.Query["profile"] == "true");
        }

        return true;
    }

    public static void Write(Utf8JsonWriter writer, Platform platform, Person person, bool profile = false)
    {
        writer.WriteStartObject();
        writer.WriteString("tenant_key"u8, person.Tenant.Key);
        writer.WriteString("name"u8, person.Name);
        writer.WriteString("en_name"u8, person.EnName);
        WriteUnlessNull(writer, "email", person.Email);
        WriteUnlessNull(writer, "enterprise_email", person.EnterpriseEmail);
        WriteUnlessNull(writer, "mobile", person.Mobile);
        writer.WriteString("user_id"u8, person.UserId);
        var installed = platform.Apps.Where(app => app.In(person.Tenant) is not null);
        writer.WriteStartObject("union_ids"u8);
        foreach (var provider in installed.Select(app => app.Provider).Distinct())
        {
            writer.WriteString(provider.Name, platform.Company.UnionId(provider.Index, person));
        }

        writer.WriteEndObject();
        writer.WriteStartObject("open_ids"u8);
        foreach (var app in installed)
        {
            writer.WriteString(app.Name, platform.Company.OpenId(app.Index, person));
        }

        writer.WriteEndObject();
        writer.WriteStartArray("department_ids"u8);
        if (!person.IsResigned)
        {
            foreach (var department in person.Departments)
            {
                writer.WriteStringValue(person.Tenant.Departments[department].OpenId);
            }
        }

        writer.WriteEndArray();
        writer.WriteString("status"u8, person.Status.Name());
        if (profile)
        {
            writer.WriteString("job_title"u8, person.JobTitle);
            writer.WriteString("employee_no"u8, person.EmployeeNo);
            CustomAttributes.Write(writer, person);
        }

        writer.WriteEndObject();
    }

    private static void WriteRows(Utf8JsonWriter writer, Platform platform, IReadOnlyList<Tenant> tenants, int limit, int offset, bool profile)
    {
        writer.WriteStartObject();
        writer.WriteNumber("total"u8, tenants.Sum(tenant => tenant.Count - tenant.RemovedCount));
        writer.WriteStartArray("users"u8);
        foreach (var tenant in tenants)
        {
            // Without removed people the offset is a number; with them they have to be counted.
            var index = tenant.RemovedCount == 0 ? Math.Min(offset, tenant.Count) : 0;
            offset -= index;
            for (; index < tenant.Count && limit > 0; index++)
            {
                if (tenant.Find(index) is not { } person || offset-- > 0)
                {
                    continue;
                }

                offset = 0;
                Write(writer, platform, person, profile);
                limit--;
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteUnlessNull(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    private static int ReadNumber(ControlCall call, string name, int standard, int least, int most)
    {
        var text = (string?)call.Query[name];
        if (string.IsNullOrEmpty(text))
        {
            return standard;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < least || number > most)
        {
            call.Mistakes.Add($"{name}: '{text}' is not a whole number from {least} to {most}.");
        }

        return number;
    }
}
