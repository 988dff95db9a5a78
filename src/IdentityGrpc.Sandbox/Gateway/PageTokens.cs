using IdentityGrpc.Sandbox.Directory;

namespace IdentityGrpc.Sandbox.Gateway;

/// <summary>
/// Opaque page tokens, good for the query that they were given to and for a limited time only: anything else is 40012. They
/// hold where to go on after, not how many rows to skip, so that changes between two pages repeat nobody.
/// </summary>
internal sealed class PageTokens(ulong seed, TimeProvider time, TimeSpan life)
{
    private readonly IdCipher cipher = new(Hash.Mix(seed, 0xBA6E));

    public string Write(ulong query, int position)
    {
        var (a, b) = cipher.Encrypt(query, ((ulong)(uint)position << 32) | (uint)time.GetUtcNow().ToUnixTimeSeconds());
        return Hex.Of(a) + Hex.Of(b);
    }

    /// <summary>An absent or empty token starts at the beginning, position -1.</summary>
    public ApiError? Read(string? token, ulong query, out int position)
    {
        position = -1;
        if (string.IsNullOrEmpty(token))
        {
            return null;
        }

        if (token.Length != 32 || !Hex.TryParse(token.AsSpan(0, 16), out var a) || !Hex.TryParse(token.AsSpan(16), out var b))
        {
            return Errors.PageToken;
        }

        var (owner, state) = cipher.Decrypt(a, b);
        var age = time.GetUtcNow().ToUnixTimeSeconds() - (uint)state;
        position = (int)(state >> 32);
        return owner != query || age < 0 || age > life.TotalSeconds ? Errors.PageToken : null;
    }
}
