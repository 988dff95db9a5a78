using System.Text.Json;
using System.Text.Json.Serialization;
using IdentityGrpc.Feishu.Http;

namespace IdentityGrpc.Feishu.Contacts;

/// <summary>
/// A status (reference §3.1): anything that is not an object is absent. By hand, as <see cref="JsonSerializer"/> sets a
/// stack aside for every row that has an object in it, which was a fifth of all that a lookup allocates.
/// </summary>
internal sealed class StatusFlagsConverter : JsonConverter<StatusFlags>
{
    public override StatusFlags Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return default;
        }
        var flags = default(StatusFlags);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("is_frozen"u8)) flags.IsFrozen = Flag(ref reader);
            else if (reader.ValueTextEquals("is_resigned"u8)) flags.IsResigned = Flag(ref reader);
            else if (reader.ValueTextEquals("is_activated"u8)) flags.IsActivated = Flag(ref reader);
            else if (reader.ValueTextEquals("is_exited"u8)) flags.IsExited = Flag(ref reader);
            else if (reader.ValueTextEquals("is_unjoin"u8)) flags.IsUnjoin = Flag(ref reader);
            else reader.Skip();
        }
        return flags;
    }

    public override void Write(Utf8JsonWriter writer, StatusFlags value, JsonSerializerOptions options) => throw new NotSupportedException();

    private static bool? Flag(ref Utf8JsonReader reader)
    {
        reader.Read();
        return LenientBooleanConverter.Read(ref reader);
    }
}

/// <summary>A row of <c>batch_get_id</c>, the most frequent of all (reference §2).</summary>
internal sealed class ContactIdRowConverter : JsonConverter<ContactIdRow>
{
    private readonly StatusFlagsConverter _status = new();

    public override ContactIdRow Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var row = new ContactIdRow();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("user_id"u8)) row.UserId = Text(ref reader);
            else if (reader.ValueTextEquals("email"u8)) row.Email = Text(ref reader);
            else if (reader.ValueTextEquals("mobile"u8)) row.Mobile = Text(ref reader);
            else if (reader.ValueTextEquals("status"u8))
            {
                reader.Read();
                row.Status = _status.Read(ref reader, typeof(StatusFlags), options);
            }
            else
            {
                reader.Skip();
            }
        }
        return row;
    }

    public override void Write(Utf8JsonWriter writer, ContactIdRow value, JsonSerializerOptions options) => throw new NotSupportedException();

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        return LenientStringConverter.Read(ref reader);
    }
}
