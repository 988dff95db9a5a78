using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace IdentityGrpc.Sandbox.Tests.Support;

/// <summary>A sandbox that really listens, on a free port of loopback, and a client that speaks plain HTTP to it.</summary>
internal sealed class RunningSandbox : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Dictionary<string, string> tokens = [];

    private RunningSandbox(WebApplication app)
    {
        this.app = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()), Timeout = TimeSpan.FromSeconds(20) };
    }

    public HttpClient Http { get; }

    public Dictionary<string, TruthApp> Apps { get; private set; } = [];

    public List<TruthUser> Users { get; private set; } = [];

    public List<TruthDepartment> Departments { get; private set; } = [];

    public string MainTenant => Apps["default"].Tenants[0];

    /// <summary>The people of the main tenant.</summary>
    public List<TruthUser> Main => [.. Users.Where(user => user.Tenant == MainTenant)];

    public TruthUser Someone => Main.First(user => user is { Email: not null, Mobile: not null, Status: "activated" } && user.Departments[0] != "0");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<RunningSandbox> StartAsync(TimeProvider? time = null, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            settings.Prepend((Key: "Listen", Value: "http://127.0.0.1:0")).Select(setting => KeyValuePair.Create("S:" + setting.Key, (string?)setting.Value))).Build();
        var app = SandboxApplication.Create(configuration.GetSection("S"), time);
        await app.StartAsync(Cancellation);
        var sandbox = new RunningSandbox(app);
        await sandbox.ReadTruthAsync();
        return sandbox;
    }

    public async Task ReadTruthAsync()
    {
        Apps = (await GetAsync("/sandbox/v1/apps")).Json.GetProperty("apps").EnumerateArray().Select(json => new TruthApp(json)).ToDictionary(truth => truth.Name);
        Users = [.. (await GetAsync("/sandbox/v1/users?limit=10000")).Json.GetProperty("users").EnumerateArray().Select(json => new TruthUser(json))];
        Departments = [.. (await GetAsync("/sandbox/v1/departments")).Json.GetProperty("departments").EnumerateArray().Select(json => new TruthDepartment(
            json.GetProperty("tenant_key").GetString()!,
            json.GetProperty("open_department_id").GetString()!,
            json.GetProperty("department_id").GetString()!,
            json.GetProperty("name").GetString()!,
            json.GetProperty("parent_open_department_id").GetString()!))];
    }

    public async Task<string> TokenAsync(string appName = "default")
    {
        if (!tokens.TryGetValue(appName, out var token))
        {
            var answer = await PostAsync("/open-apis/auth/v3/tenant_access_token/internal", Credentials(appName));
            tokens[appName] = token = answer.Ok().Json.GetProperty("tenant_access_token").GetString()!;
        }

        return token;
    }

    public object Credentials(string appName) => new { app_id = Apps[appName].Id, app_secret = Apps[appName].Secret };

    /// <summary>Calls the platform as an app, with its tenant token.</summary>
    public async Task<Answer> CallAsync(string path, string appName = "default") => await SendAsync(HttpMethod.Get, "/open-apis/contact/v3/" + path, await TokenAsync(appName));

    public async Task<Answer> BatchGetIdAsync(object body, string query = "", string appName = "default") =>
        await SendAsync(HttpMethod.Post, "/open-apis/contact/v3/users/batch_get_id" + query, await TokenAsync(appName), body);

    /// <summary>A call of the sandbox's own API that must succeed.</summary>
    public async Task<Answer> ControlAsync(string method, string path, object? body = null)
    {
        var answer = await SendAsync(new HttpMethod(method), "/sandbox/v1/" + path, null, body);
        Assert.True(answer.Status == 200, $"{answer.Status}: {answer.Text}");
        return answer;
    }

    /// <summary>Logs a person in and gives their user access token.</summary>
    public async Task<string> LoginAsync(TruthUser user, string appName = "default", params string[] scopes) =>
        (await ControlAsync("POST", "logins", scopes.Length == 0
            ? new { app = appName, tenant_key = user.Tenant, user_id = user.UserId }
            : new { app = appName, tenant_key = user.Tenant, user_id = user.UserId, scopes })).Json.GetProperty("user_access_token").GetString()!;

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<Answer> PostAsync(string path, object body) => SendAsync(HttpMethod.Post, path, null, body);

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? token, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        request.Content = body switch
        {
            null => null,
            string text => new StringContent(text, System.Text.Encoding.UTF8, "application/json"),
            _ => JsonContent.Create(body, options: JsonSerializerOptions.Default),
        };
        using var response = await Http.SendAsync(request, Cancellation);
        return new Answer(
            (int)response.StatusCode,
            response.Headers,
            response.Content.Headers.ContentType?.ToString() ?? "",
            await response.Content.ReadAsStringAsync(Cancellation));
    }

    /// <summary>Reads a list to its end, page by page.</summary>
    public async Task<List<JsonElement>> AllPagesAsync(string path, string appName = "default")
    {
        List<JsonElement> all = [];
        for (string? token = ""; token is not null;)
        {
            var answer = (await CallAsync($"{path}&page_token={token}", appName)).Ok();
            all.AddRange(answer.Items);
            Assert.Equal(answer.HasMore, answer.PageToken is not null);
            token = answer.PageToken;
        }

        return all;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }
}
