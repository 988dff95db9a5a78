using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Redis;

/// <summary>
/// Builds every key. Each begins with the prefix and a version of what lies under it, so that replicas of two versions
/// run side by side, and carries a hash tag of one of 16 buckets per app and tenant: a Redis Cluster spreads them, and
/// keys of one tag can be used together (design §6). The folders of this project hold the parts.
/// </summary>
/// <param name="prefix">Keeps services apart that share a Redis; see <see cref="RedisOptions.KeyPrefix"/>.</param>
internal sealed partial class RedisKeys(string prefix)
{
    public const int Buckets = 16;

    /// <summary>The hash tag of a bucket of an app in a tenant, braces included.</summary>
    /// <param name="scope">Whose keys carry it.</param>
    /// <param name="bucket">0 to 15.</param>
    private static string Tag(AppTenant scope, int bucket) => $"{{{ScopeId(scope)}.{bucket:x}}}";

    // A tenant_key is opaque and may hold anything, braces too.
    private static string ScopeId(AppTenant scope)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{scope.App.Value}\n{scope.Tenant.Value}"));
        return Base64Url.EncodeToString(hash.AsSpan(0, 12));
    }
}
