using System.Buffers;
using System.Text;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Caching.Compact;

/// <summary>How an id is written.</summary>
internal enum IdForm : byte
{
    /// <summary>There is none.</summary>
    Absent,

    /// <summary>The prefix of its kind and 32 small hexadecimal digits, as the 16 bytes that they stand for.</summary>
    Hex,

    /// <summary>UTF-8 after its length.</summary>
    Utf8,

    /// <summary>UTF-16 after its length: text that UTF-8 would not give back as it was.</summary>
    Utf16,
}

/// <summary>Writes ids in few bytes, and gives them back to the letter. One id has one form only, so equal bytes of one form are equal ids.</summary>
internal static class IdText
{
    /// <summary>The most bytes of an id, its length included.</summary>
    public const int MaxSize = 256;

    private const int HexDigits = 32, PrefixLength = 3;
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly SearchValues<char> s_hex = SearchValues.Create("0123456789abcdef");

    /// <summary>Writes an id.</summary>
    /// <returns>Its form; <see cref="IdForm.Absent"/>: it is too long.</returns>
    public static IdForm Write(IdType type, string id, Span<byte> target, out int size)
    {
        var text = id.AsSpan();
        size = HexDigits / 2;
        if (PrefixOf(type) is { } prefix && text.Length == PrefixLength + HexDigits && text.StartsWith(prefix) && !text[PrefixLength..].ContainsAnyExcept(s_hex))
        {
            Convert.FromHexString(text[PrefixLength..], target, out _, out _);
            return IdForm.Hex;
        }
        bool isUtf8 = TryWriteUtf8(text, target[1..MaxSize], out int written, out bool fits);
        if (!isUtf8)
        {
            written = text.Length * sizeof(char);
            fits = written < MaxSize;
            if (fits) Encoding.Unicode.GetBytes(text, target[1..]);
        }
        size = fits ? written + 1 : 0;
        if (!fits) return IdForm.Absent;
        target[0] = (byte)written;
        return isUtf8 ? IdForm.Utf8 : IdForm.Utf16;
    }

    /// <summary>The bytes of an id at the beginning of <paramref name="source"/>.</summary>
    public static int SizeOf(IdForm form, ReadOnlySpan<byte> source) => form switch
    {
        IdForm.Absent => 0,
        IdForm.Hex => HexDigits / 2,
        _ => source[0] + 1,
    };

    /// <summary>Gives back an id.</summary>
    public static string? Read(IdType type, IdForm form, ReadOnlySpan<byte> source) => form switch
    {
        IdForm.Absent => null,
        IdForm.Hex => ReadHex(PrefixOf(type)!, source[..(HexDigits / 2)]),
        IdForm.Utf8 => s_utf8.GetString(source.Slice(1, source[0])),
        _ => Encoding.Unicode.GetString(source.Slice(1, source[0])),
    };

    private static string ReadHex(string prefix, ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[PrefixLength + HexDigits];
        prefix.CopyTo(text);
        Convert.TryToHexStringLower(bytes, text[PrefixLength..], out _);
        return new(text);
    }

    private static bool TryWriteUtf8(ReadOnlySpan<char> text, Span<byte> target, out int written, out bool fits)
    {
        var status = System.Text.Unicode.Utf8.FromUtf16(text, target, out _, out written, replaceInvalidSequences: false);
        fits = status == OperationStatus.Done;
        return status is OperationStatus.Done or OperationStatus.DestinationTooSmall;
    }

    private static string? PrefixOf(IdType type) => type switch
    {
        IdType.OpenId => "ou_",
        IdType.UnionId => "on_",
        _ => null,
    };
}
