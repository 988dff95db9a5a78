using IdentityGrpc.Core.Budgets;
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

    /// <summary>What holds for all budgets of the app in the tenant: their era, the monthly stop.</summary>
    public RedisKey BudgetScope(AppTenant scope) => Budget(scope) + ":scope";

    /// <summary>The keys of a budget, the scope's first; all carry one tag, so that one script uses them.</summary>
    public RedisKey[] BudgetOf(BudgetKey key)
    {
        string root = $"{Budget(key.Scope)}:{key.Api}";
        return [BudgetScope(key.Scope), root, root + ":second", root + ":minute", root + ":waiting"];
    }

    // The budgets of a scope share a bucket, for the sake of the scope's key.
    private string Budget(AppTenant scope) => $"{prefix}:{BudgetVersion}:{Tag(scope, ScopeId(scope)[0] % Buckets)}";
}
