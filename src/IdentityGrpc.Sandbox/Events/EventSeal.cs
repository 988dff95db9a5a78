using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace IdentityGrpc.Sandbox.Events;

/// <summary>Encrypts and signs what goes to a webhook (reference §7.4, points 7 and 8).</summary>
internal static class EventSeal
{
    /// <summary><c>{"encrypt":"…"}</c>: AES-256-CBC under the SHA-256 of the encrypt key, with the random vector in front, in base64.</summary>
    public static byte[] Encrypt(ReadOnlySpan<byte> plain, string encryptKey)
    {
        using var aes = Aes.Create();
        aes.Key = SHA256.HashData(Encoding.UTF8.GetBytes(encryptKey));
        var vector = RandomNumberGenerator.GetBytes(16);
        var sealedBytes = Convert.ToBase64String([.. vector, .. aes.EncryptCbc(plain, vector, PaddingMode.PKCS7)]);
        return Encoding.UTF8.GetBytes($"{{\"encrypt\":\"{JsonEncodedText.Encode(sealedBytes, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"}}");
    }

    /// <summary>Lower-case hex of SHA-256 over timestamp, nonce, encrypt key and the body as it is sent.</summary>
    public static string Sign(string timestamp, string nonce, string encryptKey, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(timestamp + nonce + encryptKey));
        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public static SignedHeaders NewHeaders(TimeProvider time, string encryptKey, ReadOnlySpan<byte> body)
    {
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var nonce = RandomNumberGenerator.GetHexString(16, lowercase: true);
        return new(timestamp, nonce, Sign(timestamp, nonce, encryptKey, body));
    }
}

internal sealed record SignedHeaders(string Timestamp, string Nonce, string Signature);
