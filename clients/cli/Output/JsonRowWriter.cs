using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace IdentityGrpc.Cli.Output;

/// <summary>One JSON object a line, with all columns in every one: null where there is no value.</summary>
internal sealed class JsonRowWriter<TRow>(TextWriter output, IReadOnlyList<Column<TRow>> columns) : IRowWriter<TRow>
{
    // Names of people stay readable; the output is no part of a web page.
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <inheritdoc/>
    public void Write(TRow row)
    {
        _buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_buffer, s_options))
        {
            json.WriteStartObject();
            foreach (var column in columns)
            {
                json.WritePropertyName(column.Name);
                WriteValue(json, column.Value(row));
            }
            json.WriteEndObject();
        }
        output.Write(Encoding.UTF8.GetString(_buffer.WrittenSpan));
        output.Write('\n');
    }

    /// <inheritdoc/>
    public Task FlushAsync(CancellationToken cancellation) => output.FlushAsync(cancellation);

    /// <inheritdoc/>
    public Task FinishAsync(CancellationToken cancellation) => FlushAsync(cancellation);

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case string text: json.WriteStringValue(text); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case long number: json.WriteNumberValue(number); break;
            case IEnumerable<string> several:
                json.WriteStartArray();
                foreach (string one in several) json.WriteStringValue(one);
                json.WriteEndArray();
                break;
            default: throw new NotSupportedException($"A value is a {value.GetType()}.");
        }
    }
}
