using System.Net;
using IdentityGrpc.Server.Configuration;

namespace IdentityGrpc.Server.Events;

/// <summary>Has the simulator send the events of its apps to this service, as an administrator would set it up in the platform's console (design §10).</summary>
internal static partial class SandboxEvents
{
    // A service that has just started may need more than the second that a challenge may take.
    private const int Tries = 5;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>Subscribes each app. Without events the service is right within its lifetimes, so that trouble is a warning.</summary>
    /// <param name="sandbox">Where the simulator is.</param>
    /// <param name="http">Where this service listens for HTTP.</param>
    /// <param name="apps">The simulator's apps, with keys.</param>
    /// <param name="log">Where trouble goes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task SubscribeAsync(Uri sandbox, Uri http, IReadOnlyList<AppOptions> apps, ILogger log, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = s_patience, BaseAddress = sandbox };
        foreach (var app in apps.Where(a => a.EncryptKey is not null))
        {
            var subscription = new SandboxSubscription
            {
                Url = new Uri(Reachable(http), $"/feishu/events/{Uri.EscapeDataString(app.Name)}").ToString(),
                EncryptKey = app.EncryptKey!,
                Token = app.VerificationToken!,
            };
            string? trouble = null;
            for (int i = 0; i < Tries && (i == 0 || trouble is not null); i++) trouble = await PutAsync(client, app.Name, subscription, cancellationToken);
            if (trouble is not null) NotSubscribed(log, app.Name, trouble);
        }
    }

    private static async Task<string?> PutAsync(HttpClient client, string app, SandboxSubscription subscription, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await client.PutAsJsonAsync($"/sandbox/v1/subscriptions/{Uri.EscapeDataString(app)}", subscription, EventJsonContext.Default.SandboxSubscription, cancellationToken);
            return response.IsSuccessStatusCode ? null : $"HTTP {(int)response.StatusCode}";
        }
        catch (HttpRequestException e)
        {
            return e.HttpRequestError.ToString();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "timeout";
        }
    }

    private static Uri Reachable(Uri http) => IPAddress.TryParse(http.Host.Trim('[', ']'), out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
        ? new UriBuilder(http) { Host = address.Equals(IPAddress.Any) ? "127.0.0.1" : "[::1]" }.Uri
        : http;

    [LoggerMessage(3002, LogLevel.Warning, "The sandbox does not send the events of app {App} here ({Trouble}): changes are seen when lifetimes have passed.")]
    private static partial void NotSubscribed(ILogger log, string app, string trouble);
}

/// <summary>The body of the sandbox's <c>PUT /sandbox/v1/subscriptions/{app}</c>.</summary>
internal sealed record SandboxSubscription
{
    public required string Url { get; init; }

    public required string EncryptKey { get; init; }

    public required string Token { get; init; }
}
