using System.Security.Cryptography;
using System.Text;

namespace IdentityGrpc.Feishu.Events;

/// <summary>Signature and encryption of posts (reference §7.4, points 7 and 8).</summary>
internal static class EventSeal
{
    private const int VectorLength = 16, BlockLength = 16;

    /// <summary>Whether the signature is SHA-256 over timestamp, nonce, key and the body as received. Hex in either case; compared in constant time.</summary>
    public static bool IsSigned(ReadOnlySpan<byte> key, string timestamp, string nonce, string signature, ReadOnlySpan<byte> body)
    {
        Span<byte> claimed = stackalloc byte[SHA256.HashSizeInBytes];
        if (signature.Length != claimed.Length * 2 || Convert.FromHexString(signature, claimed, out _, out _) != System.Buffers.OperationStatus.Done) return false;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(timestamp + nonce));
        hash.AppendData(key);
        hash.AppendData(body);
        return CryptographicOperations.FixedTimeEquals(hash.GetHashAndReset(), claimed);
    }

    /// <summary>
    /// AES-256-CBC under SHA-256 of the key, the vector in front. Where the padding is wrong the bytes are returned with it: who sends
    /// unsigned posts must not learn from answer or time whether it was (a padding oracle), so the JSON reader has the last word in either case.
    /// </summary>
    /// <returns>Null where the text is not whole blocks in base64.</returns>
    public static byte[]? Decrypt(ReadOnlySpan<byte> key, string sealedText)
    {
        byte[] bytes = new byte[sealedText.Length / 4 * 3 + 3];
        if (!Convert.TryFromBase64String(sealedText, bytes, out int length) || length < VectorLength + BlockLength || length % BlockLength != 0) return null;
        using var aes = Aes.Create();
        aes.Key = SHA256.HashData(key);
        byte[] plain = aes.DecryptCbc(bytes.AsSpan(VectorLength, length - VectorLength), bytes.AsSpan(0, VectorLength), PaddingMode.None);
        return plain[..^PaddingOf(plain.AsSpan(plain.Length - BlockLength))];
    }

    // PKCS#7: n bytes of value n, 1 to 16. Looks at all bytes whatever they are.
    private static int PaddingOf(ReadOnlySpan<byte> lastBlock)
    {
        int claimed = lastBlock[^1];
        int wrong = claimed is >= 1 and <= BlockLength ? 0 : 1;
        for (int i = 1; i <= BlockLength; i++) wrong |= i <= claimed ? lastBlock[^i] ^ claimed : 0;
        return wrong == 0 ? claimed : 0;
    }
}
