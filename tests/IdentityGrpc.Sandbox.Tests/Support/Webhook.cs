using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityGrpc.Sandbox.Tests.Support;

/// <summary>What a webhook received, and when by its own count.</summary>
internal sealed record Delivery(string Body, string? Timestamp, string? Nonce, string? Signature, JsonElement Json)
{
    public JsonElement Header => Json.GetProperty("header");

    public string Type => Header.GetProperty("event_type").GetString()!;

    public JsonElement Object => Json.GetProperty("event").GetProperty("object");

    public JsonElement OldObject => Json.GetProperty("event").GetProperty("old_object");
}

/// <summary>A real HTTP listener that takes events as reference §7.4 asks, written from the reference alone.</summary>
internal sealed class Webhook : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Channel<Delivery> deliveries = Channel.CreateUnbounded<Delivery>();

    private Webhook(WebApplication app) => this.app = app;

    public string Url => app.Urls.Single() + "/events";

    public string? EncryptKey { get; init; }

    /// <summary>What to answer events with; challenges are always echoed unless <see cref="Deaf"/>.</summary>
    public Func<int> Status { get; set; } = () => 200;

    public bool Deaf { get; set; }

    public int Challenges { get; private set; }

    public static async Task<Webhook> StartAsync(string? encryptKey = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        var app = builder.Build();
        var webhook = new Webhook(app) { EncryptKey = encryptKey };
        app.MapPost("/events", (RequestDelegate)webhook.ReceiveAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return webhook;
    }

    public async Task<Delivery> NextAsync() => await deliveries.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

    public bool IsEmpty => !deliveries.Reader.TryPeek(out _);

    public static string Decrypt(string encrypted, string encryptKey)
    {
        var bytes = Convert.FromBase64String(encrypted);
        using var aes = Aes.Create();
        aes.Key = SHA256.HashData(Encoding.UTF8.GetBytes(encryptKey));
        return Encoding.UTF8.GetString(aes.DecryptCbc(bytes.AsSpan(16), bytes.AsSpan(0, 16), PaddingMode.PKCS7));
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }

    private async Task ReceiveAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync(http.RequestAborted);
        var json = JsonDocument.Parse(body).RootElement;
        if (EncryptKey is not null)
        {
            json = JsonDocument.Parse(Decrypt(json.GetProperty("encrypt").GetString()!, EncryptKey)).RootElement;
        }

        if (json.TryGetProperty("challenge", out var challenge))
        {
            Challenges++;
            await http.Response.WriteAsync(JsonSerializer.Serialize(new { challenge = Deaf ? "?" : challenge.GetString() }), http.RequestAborted);
            return;
        }

        http.Response.StatusCode = Status();
        deliveries.Writer.TryWrite(new(body, http.Request.Headers["X-Lark-Request-Timestamp"], http.Request.Headers["X-Lark-Request-Nonce"], http.Request.Headers["X-Lark-Signature"], json));
    }
}
