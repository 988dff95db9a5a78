using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace IdentityGrpc.Sandbox.Gateway;

/// <summary>
/// The bytes of one answer in the making. One for each thread: a call fills and copies it without giving up the thread.
/// </summary>
internal sealed class ResponseBuffer
{
    private const int KeepUpTo = 1 << 20;

    // The platform writes other scripts as they are, not as escapes.
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static ResponseBuffer? ofThread;

    private ArrayBufferWriter<byte> bytes = new(16 * 1024);

    private ResponseBuffer() => Writer = new Utf8JsonWriter(bytes, Options);

    public Utf8JsonWriter Writer { get; }

    public ReadOnlySpan<byte> Written
    {
        get
        {
            Writer.Flush();
            return bytes.WrittenSpan;
        }
    }

    public static ResponseBuffer OfThisThread()
    {
        var buffer = ofThread ??= new ResponseBuffer();
        buffer.Clear();
        return buffer;
    }

    public void Clear()
    {
        if (bytes.Capacity > KeepUpTo)
        {
            bytes = new(16 * 1024);
        }

        bytes.ResetWrittenCount();
        Writer.Reset(bytes);
    }
}
