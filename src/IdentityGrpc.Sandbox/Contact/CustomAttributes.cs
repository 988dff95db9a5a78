using System.Globalization;
using System.Text.Json;
using IdentityGrpc.Sandbox.Directory;

namespace IdentityGrpc.Sandbox.Contact;

/// <summary>
/// The custom attributes of a person, of all five kinds of seed 004: text, link, enumeration, picture and user. Everybody has the
/// text; each of the others is set for a part of the people.
/// </summary>
internal static class CustomAttributes
{
    private static readonly string[] Options = ["full-time", "外包", "advisor"];

    public static void Write(Utf8JsonWriter writer, Person person)
    {
        var index = person.Index;
        writer.WriteStartArray("custom_attrs"u8);
        Write(writer, person, "C-text", "TEXT", static (writer, person) =>
            writer.WriteString("text"u8, string.Create(CultureInfo.InvariantCulture, $"Desk {person.Index % 1000}")));
        if (index % 2 == 0)
        {
            Write(writer, person, "C-link", "HREF", static (writer, person) =>
            {
                writer.WriteString("text"u8, person.EnName);
                writer.WriteString("url"u8, string.Create(CultureInfo.InvariantCulture, $"https://pages.sandbox.example/m/{person.Index}"));
                writer.WriteString("pc_url"u8, string.Create(CultureInfo.InvariantCulture, $"https://pages.sandbox.example/{person.Index}"));
            });
        }

        if (index % 3 == 0)
        {
            Write(writer, person, "C-kind", "ENUMERATION", static (writer, person) =>
            {
                writer.WriteString("option_id"u8, string.Create(CultureInfo.InvariantCulture, $"opt-{person.Index % Options.Length}"));
                writer.WriteString("option_value"u8, Options[person.Index % Options.Length]);
            });
        }

        if (index % 5 == 0)
        {
            Write(writer, person, "C-badge", "PICTURE_ENUM", static (writer, person) =>
            {
                writer.WriteString("option_id"u8, string.Create(CultureInfo.InvariantCulture, $"pic-{person.Index % 4}"));
                writer.WriteString("picture_url"u8, string.Create(CultureInfo.InvariantCulture, $"https://pictures.sandbox.example/{person.Index % 4}.png"));
            });
        }

        if (index % 7 == 0 && person.Leader is { } leader && person.Tenant.Find(leader) is not null)
        {
            Write(writer, person, "C-partner", "GENERIC_USER", static (writer, person) =>
            {
                writer.WriteStartObject("generic_user"u8);
                writer.WriteString("id"u8, person.Tenant[person.Leader!.Value].UserId);
                writer.WriteNumber("type"u8, 1);
                writer.WriteEndObject();
            });
        }

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, Person person, string id, string type, Action<Utf8JsonWriter, Person> value)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, type);
        writer.WriteString("id"u8, id);
        writer.WriteStartObject("value"u8);
        value(writer, person);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
