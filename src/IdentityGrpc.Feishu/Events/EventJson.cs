using System.Text.Json;

namespace IdentityGrpc.Feishu.Events;

/// <summary>Reads what the platform sends leniently (reference §0): what is absent, null, empty or of another shape is not there.</summary>
internal static class EventJson
{
    /// <summary>The object in the bytes; null where there is none.</summary>
    public static JsonElement? Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            var element = JsonElement.ParseValue(ref reader);
            return element.ValueKind == JsonValueKind.Object && !reader.Read() ? element : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>An object within an object.</summary>
    public static JsonElement? Object(this JsonElement element, string name) =>
        Find(element, name) is { ValueKind: JsonValueKind.Object } value ? value : null;

    /// <summary>A text, or a number as text.</summary>
    public static string? Text(this JsonElement element, string name) => Find(element, name) switch
    {
        { ValueKind: JsonValueKind.String } value => TextOf(value),
        { ValueKind: JsonValueKind.Number } value => value.GetRawText(),
        _ => null,
    };

    /// <summary>Texts in a list.</summary>
    public static IEnumerable<string> Texts(this JsonElement element, string name) =>
        Find(element, name) is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.String).Select(TextOf).OfType<string>()
            : [];

    /// <summary>Whether the field is there as a text, if only an empty one.</summary>
    public static bool Shows(this JsonElement element, string name) => Find(element, name) is { ValueKind: JsonValueKind.String };

    // Names and texts may hold half of a surrogate pair, which is JSON and no text.
    private static JsonElement? Find(JsonElement element, string name)
    {
        try
        {
            return element.TryGetProperty(name, out var value) ? value : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.GetString() is { Length: > 0 } text ? text : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
