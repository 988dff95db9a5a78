using System.Security.Cryptography;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Server.Operations;

/// <summary>Signs what callers carry for the service, such as cursors, with a key of the app's.</summary>
internal static class Signatures
{
    /// <summary>The length of a signature in bytes: an HMAC-SHA-256, cut.</summary>
    public const int Length = 16;

    /// <summary>Signs with the key in use.</summary>
    public static byte[] Sign(this AppKeys keys, AppId app, string purpose, ReadOnlySpan<byte> payload) => Sign(keys.For(app, purpose), payload);

    /// <summary>Whether the signature was made with a key that is or was in use.</summary>
    public static bool IsSigned(this AppKeys keys, AppId app, string purpose, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> signature)
    {
        bool isSigned = false;
        foreach (byte[] key in keys.AllFor(app, purpose)) isSigned |= CryptographicOperations.FixedTimeEquals(Sign(key, payload), signature);
        return isSigned;
    }

    private static byte[] Sign(byte[] key, ReadOnlySpan<byte> payload) => HMACSHA256.HashData(key, payload)[..Length];
}
