using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Feishu.Tokens;

/// <summary>The tenant_access_tokens of the configured apps (reference §1).</summary>
public interface ITenantTokens
{
    /// <summary>A token that is good to use: a held one, or one fetched for all who wait.</summary>
    /// <param name="scope">The app and the tenant.</param>
    /// <param name="cancellation">Ends this wait only; the fetch goes on for the others.</param>
    ValueTask<Outcome<AccessToken>> GetAsync(AppTenant scope, CancellationToken cancellation);

    /// <summary>Forgets a token that the platform refused, if it is still the one that is held.</summary>
    void Drop(AppTenant scope, AccessToken refused);
}
