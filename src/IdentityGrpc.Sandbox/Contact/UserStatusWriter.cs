using System.Text.Json;
using IdentityGrpc.Sandbox.Directory;

namespace IdentityGrpc.Sandbox.Contact;

/// <summary>A person's status as the five flags of reference §3.1.</summary>
internal static class UserStatusWriter
{
    public static void Write(Utf8JsonWriter writer, UserStatus status)
    {
        writer.WriteStartObject("status"u8);
        writer.WriteBoolean("is_activated"u8, status is not UserStatus.Unjoined);
        writer.WriteBoolean("is_exited"u8, status == UserStatus.Exited);
        writer.WriteBoolean("is_frozen"u8, status == UserStatus.Frozen);
        writer.WriteBoolean("is_resigned"u8, status == UserStatus.Resigned);
        writer.WriteBoolean("is_unjoin"u8, status == UserStatus.Unjoined);
        writer.WriteEndObject();
    }
}
