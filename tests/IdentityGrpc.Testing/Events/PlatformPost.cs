using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace IdentityGrpc.Testing;

/// <summary>A post to an event endpoint as the platform makes it (reference §7.4), and as nobody should.</summary>
/// <param name="Body">The body.</param>
/// <param name="Timestamp">The first header of the signature; null: not sent.</param>
/// <param name="Nonce">The second.</param>
/// <param name="Signature">The third.</param>
public sealed record PlatformPost(byte[] Body, string? Timestamp = null, string? Nonce = null, string? Signature = null)
{
    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>A plain post.</summary>
    public static PlatformPost Plain(object content) => new(JsonSerializer.SerializeToUtf8Bytes(content));

    /// <summary>An encrypted post without a signature, as challenges come.</summary>
    public static PlatformPost Encrypted(object content, string encryptKey) => Encrypted(JsonSerializer.SerializeToUtf8Bytes(content), encryptKey);

    /// <inheritdoc cref="Encrypted(object, string)"/>
    public static PlatformPost Encrypted(byte[] plain, string encryptKey)
    {
        using var aes = Aes.Create();
        aes.Key = SHA256.HashData(Encoding.UTF8.GetBytes(encryptKey));
        byte[] vector = RandomNumberGenerator.GetBytes(16);
        return Plain(new { encrypt = Convert.ToBase64String([.. vector, .. aes.EncryptCbc(plain, vector)]) });
    }

    /// <summary>An encrypted and signed post, as events come.</summary>
    public static PlatformPost Signed(object content, string encryptKey) => Encrypted(content, encryptKey).Sign(encryptKey);

    /// <summary>The same post, signed with a key.</summary>
    public PlatformPost Sign(string encryptKey, string timestamp = "1700000000", string nonce = "n0nce")
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(timestamp + nonce + encryptKey), .. Body];
        return this with { Timestamp = timestamp, Nonce = nonce, Signature = Convert.ToHexStringLower(SHA256.HashData(signed)) };
    }

    /// <summary>The newer envelope around an event.</summary>
    public static object Envelope(string type, string appId, string tenantKey, string token, object content, string? eventId = null) => new
    {
        schema = "2.0",
        header = new
        {
            event_id = eventId ?? Guid.NewGuid().ToString("N"),
            event_type = type,
            create_time = 1767225600000.ToString(CultureInfo.InvariantCulture),
            token,
            app_id = appId,
            tenant_key = tenantKey,
        },
        @event = content,
    };

    /// <summary>The request that carries it.</summary>
    public HttpRequestMessage ToRequest(Uri url)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        foreach (var (name, value) in ((string, string?)[])[("X-Lark-Request-Timestamp", Timestamp), ("X-Lark-Request-Nonce", Nonce), ("X-Lark-Signature", Signature)])
        {
            if (value is not null) request.Headers.Add(name, value);
        }
        return request;
    }
}
