using System.Net.Http.Headers;
using System.Text.Json;

namespace IdentityGrpc.Sandbox.Tests.Support;

/// <summary>What came back, bytes and all.</summary>
internal sealed record Answer(int Status, HttpResponseHeaders Headers, string ContentType, string Text)
{
    private JsonElement? json;

    public JsonElement Json => json ??= JsonDocument.Parse(Text).RootElement;

    public int Code => Json.GetProperty("code").GetInt32();

    public string Message => Json.GetProperty("msg").GetString()!;

    public JsonElement Data => Json.GetProperty("data");

    public IReadOnlyList<JsonElement> Items => Data.TryGetProperty("items", out var items) ? [.. items.EnumerateArray()] : [];

    public bool HasMore => Data.GetProperty("has_more").GetBoolean();

    public string? PageToken => Data.TryGetProperty("page_token", out var token) ? token.GetString() : null;

    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? values.Single() : null;

    /// <summary>Fails with the whole answer unless it is a success.</summary>
    public Answer Ok()
    {
        Assert.True(Status == 200 && Code == 0, $"{Status}: {Text}");
        return this;
    }

    public void Is(int status, int code) => Assert.True(Status == status && Code == code, $"Expected {status} and {code}, got {Status}: {Text}");
}
