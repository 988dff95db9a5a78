using System.Text.Json;
using IdentityGrpc.Sandbox.Apps;

namespace IdentityGrpc.Sandbox.Control;

/// <summary>Every app with its secret, scopes, contact scope and limits.</summary>
internal static class AppTruth
{
    public static bool WriteAll(ControlCall call)
    {
        var writer = call.Writer;
        writer.WriteStartObject();
        writer.WriteStartArray("apps"u8);
        foreach (var app in call.Platform.Apps)
        {
            Write(writer, call.Platform, app);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        return true;
    }

    public static void Write(Utf8JsonWriter writer, Platform platform, App app)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, app.Name);
        writer.WriteString("app_id"u8, app.Id);
        writer.WriteString("app_secret"u8, app.Secret);
        if (platform.Tickets.Current(app) is { } ticket)
        {
            writer.WriteString("app_ticket"u8, ticket);
        }

        writer.WriteString("kind"u8, app.IsStore ? "store" : "custom");
        writer.WriteBoolean("enabled"u8, app.Enabled);
        writer.WriteString("provider"u8, app.Provider.Name);
        WriteStrings(writer, "tenant_keys", app.Installations.Select(installation => installation.TenantKey));
        WriteStrings(writer, "scopes", app.Grants.Scopes);
        var scope = app.ContactScope;
        writer.WriteStartObject("contact_scope"u8);
        writer.WriteBoolean("all"u8, scope.All);
        WriteStrings(writer, "department_ids", scope.Departments.Select(department => department.OpenId));
        WriteStrings(writer, "user_ids", scope.Users.Select(user => user.Tenant[user.Index].UserId));
        WriteStrings(writer, "group_ids", scope.Groups.Select(group => group.Id));
        writer.WriteEndObject();
        writer.WriteStartObject("limits"u8);
        writer.WriteNumber("per_second"u8, app.Limits.PerSecond);
        writer.WriteNumber("per_minute"u8, app.Limits.PerMinute);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteStrings(Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }
}
