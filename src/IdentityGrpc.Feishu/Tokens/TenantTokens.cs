using System.Collections.Concurrent;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Feishu.Http;

namespace IdentityGrpc.Feishu.Tokens;

/// <summary>Tenant tokens in memory, one slot for each (base URL, app, hash of secret, tenant) (reference §10: nothing coarser is safe).</summary>
internal sealed class TenantTokens(FeishuApps apps, TokenEndpoint endpoint, StoreAppTokens store, FeishuOptions options, TimeProvider time) : ITenantTokens
{
    private readonly ConcurrentDictionary<TokenKey, TokenSlot> _slots = new();

    public ValueTask<Outcome<AccessToken>> GetAsync(AppTenant scope, CancellationToken cancellation) => Slot(scope).GetAsync(cancellation);

    public void Drop(AppTenant scope, AccessToken refused) => Slot(scope).Drop(refused);

    private TokenSlot Slot(AppTenant scope)
    {
        var app = apps.Of(scope.App);
        if (!app.App.Tenants.Contains(scope.Tenant)) throw new ArgumentException($"The app {scope.App} is not configured for this tenant.", nameof(scope));
        var key = new TokenKey(app.BaseUrl, scope.App, app.Secret.Fingerprint, scope.Tenant);
        return _slots.GetOrAdd(key, _ => new(() => FetchAsync(app, scope.Tenant), options, time));
    }

    private async Task<Outcome<AccessToken>> FetchAsync(FeishuApp app, TenantKey tenant)
    {
        if (app.Kind == AppKind.Store) return await store.FetchAsync(app, tenant);
        var (attempt, token) = await endpoint.FetchAsync(app, "tenant_access_token/internal", TokenEndpoint.Credentials(app),
            FeishuJson.Default.AppCredentials, reply => reply.TenantAccessToken);
        return token is null ? attempt.Failure! : token;
    }

    private sealed record TokenKey(Uri BaseUrl, AppId App, string SecretHash, TenantKey Tenant);
}
