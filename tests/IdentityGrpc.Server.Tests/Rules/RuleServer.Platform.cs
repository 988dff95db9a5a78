using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Server.Tests.Rules;

/// <summary>The platform over plain HTTP, as any client would ask it.</summary>
public partial class RuleServer
{
    /// <summary>The tenant_access_token of a custom app.</summary>
    public async Task<string> TenantTokenAsync(string app)
    {
        var truth = await Truth.AppAsync(app, Stop);
        using var response = await _platform.PostAsJsonAsync("/open-apis/auth/v3/tenant_access_token/internal", new { app_id = truth.AppId, app_secret = truth.AppSecret }, Stop);
        return (await ReadAsync(response)).Body.GetProperty("tenant_access_token").GetString()!;
    }

    /// <summary>The user_access_token of a person who logs in to an app and grants scopes, all of the app's where none are named.</summary>
    public async Task<string> UserTokenAsync(string app, TrueUser user, params string[] scopes)
    {
        var login = await Truth.SendAsync(HttpMethod.Post, "logins", new { app, tenant_key = user.TenantKey, user_id = user.UserId, scopes = scopes is [] ? null : scopes }, Stop);
        return login.GetProperty("user_access_token").GetString()!;
    }

    public Task<PlatformAnswer> AskPlatformAsync(string path, string token) => AskPlatformAsync(HttpMethod.Get, path, token);

    public async Task<PlatformAnswer> AskPlatformAsync(HttpMethod method, string path, string token, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await _platform.SendAsync(request, Stop);
        return await ReadAsync(response);
    }

    private static async Task<PlatformAnswer> ReadAsync(HttpResponseMessage response) =>
        new((int)response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>(Stop));
}

/// <summary>What the platform answered.</summary>
public sealed record PlatformAnswer(int Status, JsonElement Body)
{
    public int Code => Body.GetProperty("code").GetInt32();

    public JsonElement Data => Body.GetProperty("data");

    /// <summary>The rows of a list; none where the list is left out (U15).</summary>
    public IReadOnlyList<JsonElement> Rows(string list = "items") =>
        Body.TryGetProperty("data", out var data) && data.TryGetProperty(list, out var rows) ? [.. rows.EnumerateArray()] : [];

    /// <summary>One text of each row.</summary>
    public IEnumerable<string?> Texts(string name, string list = "items") => Rows(list).Select(r => r.GetProperty(name).GetString());
}
