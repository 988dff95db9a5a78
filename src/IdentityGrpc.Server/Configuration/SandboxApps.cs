using System.Text.Json.Serialization;

namespace IdentityGrpc.Server.Configuration;

/// <summary>The apps of a simulator, read over HTTP from its control API (design §9).</summary>
internal static class SandboxApps
{
    /// <summary>Reads the apps of the simulator at a URL.</summary>
    /// <exception cref="HttpRequestException">The simulator does not answer.</exception>
    public static async Task<IReadOnlyList<AppOptions>> ReadAsync(Uri sandbox, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        var list = await http.GetFromJsonAsync(new Uri(sandbox, "/sandbox/v1/apps"), SandboxJson.Default.SandboxAppList, cancellationToken);
        return [.. (list?.Apps ?? []).Select(a => new AppOptions
        {
            Name = a.Name,
            Id = a.AppId,
            Secret = a.AppSecret,
            Kind = a.Kind ?? "custom",
            Provider = a.Provider,
            TenantKeys = a.TenantKeys,
            BaseUrl = sandbox.ToString(),
            Limits = a.Limits is null ? null : new() { PerSecond = a.Limits.PerSecond, PerMinute = a.Limits.PerMinute },
        })];
    }
}

internal sealed record SandboxAppList(IReadOnlyList<SandboxApp> Apps);

internal sealed record SandboxApp(string Name, string AppId, string AppSecret, string Provider, IReadOnlyList<string> TenantKeys, SandboxLimits? Limits, string? Kind);

internal sealed record SandboxLimits(int PerSecond, int PerMinute);

[JsonSerializable(typeof(SandboxAppList))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class SandboxJson : JsonSerializerContext;
