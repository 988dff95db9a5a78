using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace IdentityGrpc.Testing;

/// <summary>The text of what Redis is told, and of what MONITOR prints of it.</summary>
internal static partial class RedisText
{
    /// <summary>Takes a line of MONITOR apart: <c>1700000000.123456 [0 127.0.0.1:40000] "get" "a\x00"</c>.</summary>
    /// <param name="line">The line.</param>
    /// <returns>Who has sent the command (a script: <c>lua</c>), and its parts; none: it is no such line.</returns>
    public static (string Client, List<byte[]> Parts) Parse(ReadOnlySpan<byte> line)
    {
        var parts = new List<byte[]>();
        int from = line.IndexOf((byte)'['), to = line.IndexOf("] "u8);
        if (from < 0 || to < from) return ("", parts);
        string source = Encoding.UTF8.GetString(line[(from + 1)..to]);
        var rest = line[(to + 2)..];
        while (rest.IndexOf((byte)'"') is >= 0 and var quote) rest = rest[(quote + 1 + Unquote(rest[(quote + 1)..], parts))..];
        return (source[(source.IndexOf(' ', StringComparison.Ordinal) + 1)..], parts);
    }

    /// <summary>
    /// What of a value can be read. Whatever is no text is a space, and so is what stands between such in no more than
    /// 8 bytes: a number, which looks like an e-mail once in a million times.
    /// </summary>
    public static string Of(ReadOnlySpan<byte> value)
    {
        if (value.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0) return WithoutDigests(Encoding.ASCII.GetString(value));
        var text = new StringBuilder(value.Length);
        while (!value.IsEmpty)
        {
            int length = TextLength(value);
            if (length > sizeof(long)) text.Append(text.Length > 0 ? " " : "").Append(Encoding.UTF8.GetString(value[..length]));
            value = value[Math.Max(length, 1)..];
        }
        return WithoutDigests(text.ToString());
    }

    private static int TextLength(ReadOnlySpan<byte> value)
    {
        int length = 0;
        while (length < value.Length && Rune.DecodeFromUtf8(value[length..], out var rune, out int taken) == OperationStatus.Done && IsText(rune)) length += taken;
        return length;
    }

    // They are base64 and look like a token once in some thousand times.
    private static string WithoutDigests(string text) => Digest().Replace(Tag().Replace(text, "{tag}"), "$1(digest)");

    private static bool IsText(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse or UnicodeCategory.Format);

    /// <returns>How much of <paramref name="rest"/> the part and its closing quote take.</returns>
    private static int Unquote(ReadOnlySpan<byte> rest, List<byte[]> parts)
    {
        int end = 0, length = 0, i = 0;
        while (end < rest.Length && rest[end] != '"') end += rest[end] == '\\' && end + 1 < rest.Length ? 2 : 1;
        byte[] value = new byte[end];
        while (i < end)
        {
            bool isEscaped = rest[i] == '\\' && i + 1 < rest.Length;
            if (isEscaped && rest[i + 1] == 'x' && i + 3 < rest.Length)
            {
                value[length++] = byte.Parse(rest.Slice(i + 2, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                i += 4;
            }
            else if (isEscaped)
            {
                value[length++] = rest[i + 1] switch { (byte)'n' => (byte)'\n', (byte)'r' => (byte)'\r', (byte)'t' => (byte)'\t', (byte)'a' => 7, (byte)'b' => 8, var other => other };
                i += 2;
            }
            else value[length++] = rest[i++];
        }
        parts.Add(value[..length]);
        return Math.Min(i + 1, rest.Length);
    }

    [GeneratedRegex(@"\{[\w-]{16}\.[0-9a-f]\}")]
    private static partial Regex Tag();

    [GeneratedRegex(@"(:c[ouOU]:)[\w-]{22}(?![\w-])")]
    private static partial Regex Digest();
}
