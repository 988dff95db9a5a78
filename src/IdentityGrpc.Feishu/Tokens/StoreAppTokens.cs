using System.Collections.Concurrent;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Feishu.Errors;
using IdentityGrpc.Feishu.Http;
using IdentityGrpc.Feishu.Telemetry;
using Microsoft.Extensions.Logging;

namespace IdentityGrpc.Feishu.Tokens;

/// <summary>The tokens of store apps: app_ticket → app_access_token → tenant_access_token (reference §1.2).</summary>
internal sealed class StoreAppTokens(TokenEndpoint endpoint, IAppTickets tickets, FeishuOptions options, TimeProvider time, ILogger<StoreAppTokens> log)
{
    private readonly ConcurrentDictionary<AppId, TokenSlot> _appTokens = new();
    private readonly ConcurrentDictionary<AppId, long> _asked = new();

    /// <summary>Fetches a tenant's token. An app token that is refused is dropped, fetched anew, and the call made once more.</summary>
    public async Task<Outcome<AccessToken>> FetchAsync(FeishuApp app, TenantKey tenant)
    {
        var slot = _appTokens.GetOrAdd(app.App.Id, _ => new(() => FetchAppTokenAsync(app), options, time));
        for (bool again = false; ; again = true)
        {
            var appToken = await slot.GetAsync(CancellationToken.None);
            if (!appToken.Succeeded) return appToken.Failure;
            var (attempt, token) = await endpoint.FetchAsync(app, "tenant_access_token",
                new TenantTokenBody { AppAccessToken = appToken.Value.Reveal(), TenantKey = tenant.Value },
                FeishuJson.Default.TenantTokenBody, reply => reply.TenantAccessToken);
            if (token is not null) return token;
            if (again || attempt.Action != CodeAction.RefreshToken) return attempt.Failure!;
            slot.Drop(appToken.Value);
        }
    }

    private async Task<Outcome<AccessToken>> FetchAppTokenAsync(FeishuApp app)
    {
        if (await tickets.FindAsync(app.App.Id, CancellationToken.None) is not { } ticket) return await AskForTicketAsync(app);
        var (attempt, token) = await endpoint.FetchAsync(app, "app_access_token", TokenEndpoint.Credentials(app, ticket),
            FeishuJson.Default.AppCredentials, reply => reply.AppAccessToken);
        if (token is not null) return token;
        if (attempt.Action != CodeAction.RenewTicket) return attempt.Failure!;
        await tickets.DropAsync(app.App.Id, ticket, CancellationToken.None);
        return await AskForTicketAsync(app);
    }

    /// <summary>Asks for a ticket, not more often than the options say. It comes by event, so the answer for now is a passing failure.</summary>
    private async Task<Failure> AskForTicketAsync(FeishuApp app)
    {
        bool recently = _asked.TryGetValue(app.App.Id, out long at) && time.GetElapsedTime(at) < options.TicketResendPause;
        if (!recently)
        {
            _asked[app.App.Id] = time.GetTimestamp();
            log.TicketMissing(app.App.Name);
            var attempt = await endpoint.ResendTicketAsync(app);
            if (attempt.Failure is { } failure) return failure;
        }
        return new(FailureReason.UpstreamUnavailable, "The app has no valid app_ticket; the platform has been asked to send one.")
        {
            Retryable = true,
            RetryAfter = options.TokenFailurePause,
        };
    }
}
