using System.Buffers.Text;
using System.Security.Cryptography;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Server.Operations;

/// <summary>Signs what callers carry for the service, such as cursors, with a key of the app's.</summary>
internal static class Signatures
{
    /// <summary>The length of a signature in bytes: an HMAC-SHA-256, cut.</summary>
    public const int Length = 16;

    /// <summary>The signature, by the key in use, and the payload, as text that fits a URL.</summary>
    public static string Seal(this AppKeys keys, AppId app, string purpose, byte[] payload) =>
        Base64Url.EncodeToString([.. Sign(keys.For(app, purpose), payload), .. payload]);

    /// <summary>The payload; null where the text is no payload signed with a key that is or was in use.</summary>
    public static byte[]? Open(this AppKeys keys, AppId app, string purpose, string text, int maxLength)
    {
        if (text.Length > maxLength || !Base64Url.IsValid(text)) return null;
        byte[] bytes = Base64Url.DecodeFromChars(text);
        if (bytes.Length < Length) return null;
        byte[] payload = bytes[Length..];
        bool isSigned = false;
        foreach (byte[] key in keys.AllFor(app, purpose)) isSigned |= CryptographicOperations.FixedTimeEquals(Sign(key, payload), bytes.AsSpan(0, Length));
        return isSigned ? payload : null;
    }

    private static byte[] Sign(byte[] key, ReadOnlySpan<byte> payload) => HMACSHA256.HashData(key, payload)[..Length];
}
