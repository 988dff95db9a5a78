using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using IdentityGrpc.Core.Budgets;

namespace IdentityGrpc.Server.Configuration;

/// <summary>The apps of a simulator, read over HTTP from its control API (design §9).</summary>
internal static class SandboxApps
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>Reads the apps of the simulator at a URL.</summary>
    /// <param name="sandbox">The URL.</param>
    /// <param name="events">Whether the apps take events, under keys made here.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">There is no simulator.</exception>
    public static async Task<IReadOnlyList<AppOptions>> ReadAsync(Uri sandbox, bool events, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = s_patience };
        var list = await ReadListAsync(http, sandbox, cancellationToken);
        return [.. list.Apps.Select(a => new AppOptions
        {
            Name = a.Name,
            Id = a.AppId,
            Secret = a.AppSecret,
            Kind = a.Kind ?? "custom",
            Provider = a.Provider,
            TenantKeys = a.TenantKeys,
            BaseUrl = sandbox.ToString(),
            EncryptKey = events ? NewKey() : null,
            VerificationToken = events ? NewKey() : null,
            // A sandbox may allow more than the budget can count.
            Limits = a.Limits is null ? null : new()
            {
                PerSecond = Math.Min(a.Limits.PerSecond, RateLimit.Greatest.PerSecond),
                PerMinute = Math.Min(a.Limits.PerMinute, RateLimit.Greatest.PerMinute),
            },
        })];
    }

    private static string NewKey() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    private static async Task<SandboxAppList> ReadListAsync(HttpClient http, Uri sandbox, CancellationToken cancellationToken)
    {
        try
        {
            return (await http.GetFromJsonAsync(new Uri(sandbox, "/sandbox/v1/apps"), SandboxJson.Default.SandboxAppList, cancellationToken))!;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new IOException($"there is no sandbox at {sandbox.GetLeftPart(UriPartial.Authority)}: {e.Message}", e);
        }
    }
}

internal sealed record SandboxAppList(IReadOnlyList<SandboxApp> Apps);

internal sealed record SandboxApp(string Name, string AppId, string AppSecret, string Provider, IReadOnlyList<string> TenantKeys, SandboxLimits? Limits, string? Kind);

internal sealed record SandboxLimits(int PerSecond, int PerMinute);

[JsonSerializable(typeof(SandboxAppList))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class SandboxJson : JsonSerializerContext;
