using System.Text.Json;

namespace IdentityGrpc.Sandbox.Contact;

/// <summary>The list <c>items</c>, which is missing rather than empty when there is nothing to list (U15).</summary>
internal struct ItemsWriter(Utf8JsonWriter writer)
{
    private bool begun;

    public void BeginItem()
    {
        if (!begun)
        {
            writer.WriteStartArray("items"u8);
            begun = true;
        }

        writer.WriteStartObject();
    }

    public readonly void EndItem() => writer.WriteEndObject();

    public readonly void End()
    {
        if (begun)
        {
            writer.WriteEndArray();
        }
    }
}
