using System.Net.Http.Json;
using System.Text.Json;

namespace IdentityGrpc.Testing;

/// <summary>What the sandbox's control API (design §9) says of its people, departments, apps and calls.</summary>
public sealed class SandboxTruth(Uri sandbox) : IDisposable
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private readonly HttpClient _http = new() { BaseAddress = sandbox };

    /// <summary>The people of a tenant.</summary>
    public async Task<IReadOnlyList<TrueUser>> UsersAsync(string tenantKey, CancellationToken cancellationToken = default) =>
        (await GetAsync<UserList>($"users?limit=10000&tenant_key={tenantKey}", cancellationToken)).Users;

    /// <summary>The departments of a tenant, its root aside.</summary>
    public async Task<IReadOnlyList<TrueDepartment>> DepartmentsAsync(string tenantKey, CancellationToken cancellationToken = default) =>
        (await GetAsync<DepartmentList>($"departments?tenant_key={tenantKey}", cancellationToken)).Departments;

    /// <summary>All apps.</summary>
    public async Task<IReadOnlyList<TrueApp>> AppsAsync(CancellationToken cancellationToken = default) =>
        (await GetAsync<AppList>("apps", cancellationToken)).Apps;

    /// <summary>An app.</summary>
    public async Task<TrueApp> AppAsync(string name, CancellationToken cancellationToken = default) =>
        (await AppsAsync(cancellationToken)).Single(a => a.Name == name);

    /// <summary>The calls that reached the sandbox.</summary>
    public async Task<IReadOnlyList<TrueCalls>> CallsAsync(CancellationToken cancellationToken = default) =>
        (await GetAsync<CallList>("stats", cancellationToken)).Calls;

    /// <summary>Sends a body to the control API and returns its answer.</summary>
    /// <exception cref="InvalidOperationException">The sandbox refuses it.</exception>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body = null, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(method, "/sandbox/v1/" + path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await _http.SendAsync(request, cancellationToken);
        string text = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode) throw new InvalidOperationException($"{method} {path} → {(int)response.StatusCode}: {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) =>
        (await _http.GetFromJsonAsync<T>("/sandbox/v1/" + path, s_json, cancellationToken))!;

    private sealed record UserList(int Total, IReadOnlyList<TrueUser> Users);

    private sealed record DepartmentList(IReadOnlyList<TrueDepartment> Departments);

    private sealed record AppList(IReadOnlyList<TrueApp> Apps);

    private sealed record CallList(IReadOnlyList<TrueCalls> Calls);
}

/// <summary>A person with all their ids, whoever may see them.</summary>
public sealed record TrueUser(string TenantKey, string Name, string EnName, string? Email, string? EnterpriseEmail, string? Mobile, string UserId,
    IReadOnlyDictionary<string, string> UnionIds, IReadOnlyDictionary<string, string> OpenIds, IReadOnlyList<string> DepartmentIds, string Status)
{
    /// <summary>Whether they have left.</summary>
    public bool IsResigned => Status == "resigned";
}

/// <summary>A department; its parent is <c>0</c> on the first level.</summary>
public sealed record TrueDepartment(string TenantKey, string OpenDepartmentId, string DepartmentId, string Name, string ParentOpenDepartmentId);

/// <summary>An app.</summary>
public sealed record TrueApp(string Name, string AppId, string AppSecret, string Kind, string Provider, IReadOnlyList<string> TenantKeys, IReadOnlyList<string> Scopes,
    TrueContactScope ContactScope, TrueLimits Limits);

/// <summary>Whom an app may see.</summary>
public sealed record TrueContactScope(bool All, IReadOnlyList<string> DepartmentIds, IReadOnlyList<string> UserIds);

/// <summary>The rate limits of an app.</summary>
public sealed record TrueLimits(int PerSecond, int PerMinute);

/// <summary>What an app did with an API.</summary>
public sealed record TrueCalls(string Api, string App, string TenantKey, long Calls, long Keys, long Throttled, long Faults);
