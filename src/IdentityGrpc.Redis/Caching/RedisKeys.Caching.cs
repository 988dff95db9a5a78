using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text;
using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Identifiers;
using StackExchange.Redis;

namespace IdentityGrpc.Redis;

/// <content>The keys of the shared cache. Ids stand in them, contacts only as digests.</content>
internal sealed partial class RedisKeys
{
    // To be raised with every change that an older replica would misread; the values have a version of their own.
    private const string CacheVersion = "cache1";

    private const int ContactKind = 4; // ":co:"

    // Apps and tenants come from the configuration, so they are few.
    private readonly ConcurrentDictionary<AppTenant, string[]> _cacheRoots = new();

    /// <summary>The key of a person, and its bucket.</summary>
    public (RedisKey Key, int Bucket) Of(PersonKey key)
    {
        int bucket = BucketOf(key.Id.Value);
        char kind = key.Id.Type switch { IdType.OpenId => 'o', IdType.UnionId => 'u', _ => 'i' };
        return ($"{Root(key.Scope, bucket)}:{Variant(kind, key.IncludeResigned)}:{key.Id.Value}", bucket);
    }

    /// <summary>The key of a contact, and its bucket.</summary>
    public (RedisKey Key, int Bucket) Of(ContactKey key)
    {
        Span<byte> digest = stackalloc byte[ContactDigest.Length];
        key.Contact.CopyTo(digest);
        int bucket = digest[0] % Buckets;
        string root = Root(key.Scope, bucket);
        // Millions of keys: written once, as the bytes that are sent.
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(root) + ContactKind + Base64Url.GetEncodedLength(digest.Length)];
        int end = Encoding.UTF8.GetBytes(root, bytes);
        ReadOnlySpan<byte> kind = [(byte)':', (byte)'c', (byte)Variant(key.IdType == IdType.OpenId ? 'o' : 'u', key.IncludeResigned), (byte)':'];
        kind.CopyTo(bytes.AsSpan(end));
        Base64Url.EncodeToUtf8(digest, bytes.AsSpan(end + kind.Length));
        return (bytes, bucket);
    }

    /// <summary>What has ended for the whole app and tenant lately, beside the values of a bucket.</summary>
    public RedisKey Ends(AppTenant scope, int bucket) => Root(scope, bucket) + ":ends";

    private string Root(AppTenant scope, int bucket) => _cacheRoots.GetOrAdd(scope, static (s, self) =>
        [.. Enumerable.Range(0, Buckets).Select(b => $"{self.Prefix}:{CacheVersion}:{Tag(s, b)}")], this)[bucket];

    private string Prefix => prefix;

    private static char Variant(char kind, bool includeResigned) => includeResigned ? char.ToUpperInvariant(kind) : kind;

    // FNV-1a: the same in every process, as string.GetHashCode is not.
    private static int BucketOf(string id)
    {
        uint hash = 2166136261;
        foreach (char c in id) hash = (hash ^ c) * 16777619;
        return (int)((hash ^ (hash >> 16)) % Buckets);
    }
}
