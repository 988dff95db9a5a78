using IdentityGrpc.Core.Identifiers;
using StackExchange.Redis;

namespace IdentityGrpc.Redis;

/// <content>The keys of the shared budget.</content>
internal sealed partial class RedisKeys
{
    // To be raised with every change of a script that an older replica would misread.
    private const string BudgetVersion = "budget1";

    /// <summary>The replicas that live; one key for all.</summary>
    public RedisKey Replicas => $"{prefix}:{BudgetVersion}:replicas";

    /// <summary>
    /// Who holds how much of the limits of the app in the tenant: one key for all APIs, so that it is forgotten as a whole
    /// or not at all.
    /// </summary>
    public RedisKey Shares(AppTenant scope) => $"{prefix}:{BudgetVersion}:{Tag(scope, ScopeId(scope)[0] % Buckets)}:shares";
}
