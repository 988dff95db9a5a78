using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace IdentityGrpc.Load.Batching;

/// <summary>What a back end does without the service: the platform's own call, one key at a time.</summary>
internal sealed class DirectCaller : IDisposable
{
    private readonly HttpClient _http;

    private DirectCaller(HttpClient http) => _http = http;

    public static async Task<DirectCaller> CreateAsync(LoadBed bed, CancellationToken cancellation)
    {
        var http = new HttpClient { BaseAddress = bed.Sandbox.Url };
        var app = await bed.Truth.AppAsync("default", cancellation);
        using var response = await http.PostAsJsonAsync("/open-apis/auth/v3/tenant_access_token/internal", new { app_id = app.AppId, app_secret = app.AppSecret }, cancellation);
        var token = await response.Content.ReadFromJsonAsync<JsonElement>(cancellation);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.GetProperty("tenant_access_token").GetString());
        return new(http);
    }

    public async Task AskAsync(KnownPerson person, CancellationToken cancellation)
    {
        using var response = await _http.PostAsJsonAsync("/open-apis/contact/v3/users/batch_get_id?user_id_type=open_id", new { emails = new[] { person.Email } }, cancellation);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(cancellation);
        string? found = body.GetProperty("data").GetProperty("user_list")[0].GetProperty("user_id").GetString();
        if (found != person.OpenId) throw new InvalidOperationException("A wrong answer.");
    }

    public void Dispose() => _http.Dispose();
}
