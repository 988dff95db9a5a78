using System.Globalization;
using System.Text.Json;

namespace IdentityGrpc.Sandbox.Gateway;

/// <summary>The frame around every answer (reference §6.1).</summary>
internal static class Envelope
{
    public static void Begin(Utf8JsonWriter writer, Api api)
    {
        writer.WriteStartObject();
        if (api.Shape != AnswerShape.Bare)
        {
            writer.WriteNumber("code"u8, 0);
        }

        if (api.Shape == AnswerShape.Data)
        {
            writer.WriteStartObject("data"u8);
        }
    }

    public static void End(Utf8JsonWriter writer, Api api)
    {
        if (api.Shape == AnswerShape.Data)
        {
            writer.WriteEndObject();
        }

        if (api.Shape != AnswerShape.Bare)
        {
            writer.WriteString("msg"u8, api.Message);
        }

        writer.WriteEndObject();
    }

    public static void WriteError(Utf8JsonWriter writer, ApiError error, string logId, string appId)
    {
        writer.WriteStartObject();
        writer.WriteNumber("code"u8, error.Code);
        if (error.OAuthError is not null)
        {
            writer.WriteString("error"u8, error.OAuthError);
            writer.WriteString("error_description"u8, error.Message);
            writer.WriteEndObject();
            return;
        }

        if (error.Bare)
        {
            writer.WriteStartObject("data"u8);
            writer.WriteEndObject();
        }
        else
        {
            WriteDetails(writer, error, logId, appId);
        }

        writer.WriteString("msg"u8, error.Message);
        writer.WriteEndObject();
    }

    private static void WriteDetails(Utf8JsonWriter writer, ApiError error, string logId, string appId)
    {
        writer.WriteStartObject("error"u8);
        if (error.FieldViolations.Count > 0)
        {
            writer.WriteStartArray("field_violations"u8);
            foreach (var violation in error.FieldViolations)
            {
                writer.WriteStartObject();
                writer.WriteString("field"u8, violation.Field);
                writer.WriteString("value"u8, violation.Value);
                writer.WriteString("description"u8, violation.Description);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        if (error.MissingScopes.Count > 0)
        {
            WriteMissingScopes(writer, error, appId);
        }

        writer.WriteString("log_id"u8, logId);
        writer.WriteString("message"u8, error.Message);
        writer.WriteString("troubleshooter"u8, string.Create(CultureInfo.InvariantCulture,
            $"排查建议查看(Troubleshooting suggestions): https://open.feishu.cn/search?from=openapi&log_id={logId}&code={error.Code}"));
        writer.WriteEndObject();
    }

    private static void WriteMissingScopes(Utf8JsonWriter writer, ApiError error, string appId)
    {
        writer.WriteStartArray("helps"u8);
        writer.WriteStartObject();
        writer.WriteString("url"u8, $"https://open.feishu.cn/app/{appId}/auth?q={string.Join(',', error.MissingScopes)}&op_from=openapi");
        writer.WriteString("description"u8, "Apply for the missing scopes");
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteStartArray("permission_violations"u8);
        foreach (var scope in error.MissingScopes)
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, error.Code == 99991679 ? "action_privilege_required" : "action_scope_required");
            writer.WriteString("subject"u8, scope);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
