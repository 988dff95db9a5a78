using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Redis.Changes;
using StackExchange.Redis;

namespace IdentityGrpc.Redis.Caching;

/// <summary>
/// Ends what the shared cache holds: under each key that a change touches, for every app of the tenant, lies from then on when it ended,
/// and no answer that was asked for before takes that place. What ends for a whole app and tenant stands beside the values.
/// </summary>
internal sealed class SharedEnds(RedisConnection connection, RedisKeys keys, AppCatalog apps, RedisClock clock, TimeProvider time)
{
    private const int KeysOfAScript = 200;
    private static readonly string s_end = RedisScript.Of("cache.header", "cache.end");

    // Longer than an answer may be late, so that there is no moment in which one comes through.
    private static readonly TimeSpan s_kept = SharedValues.MostLate + TimeSpan.FromMinutes(5);

    /// <summary>Ends it in one flush.</summary>
    /// <exception cref="RedisException">It is not certain that all has ended.</exception>
    /// <exception cref="TimeoutException">It is not certain that all has ended.</exception>
    public async Task ApplyAsync(Change change, CancellationToken cancellation)
    {
        var ends = change.Ends;
        var buckets = new Dictionary<(AppTenant, int), BucketEnds>();
        foreach (var id in ends.People) AddPerson(buckets, id);
        foreach (var contact in ends.Contacts) AddContact(buckets, change.Tenant, contact);
        foreach (var scope in ends.Scopes) AddMark(buckets, scope, "all");
        foreach (var scope in ends.ContactsOf) AddMark(buckets, scope, "contacts");
        if (ends.MissesOf is { } tenant)
        {
            foreach (var scope in apps.In(tenant)) AddMark(buckets, scope, "misses");
        }
        if (buckets.Count == 0) return;
        // The greatest time that it may be there: an end too late ends too much, one too early too little.
        // Nor is it earlier than what was told before the clock was set back: an answer asked for then may still be on its way.
        var at = clock.Latest ?? time.GetUtcNow() + RedisClock.Allowance;
        if (clock.Overshot is var overshot && overshot > at) at = overshot;
        RedisValue[] arguments = [SharedValues.Microseconds(at) + 1, (long)s_kept.TotalMilliseconds];
        await connection.RunAsync(redis => Task.WhenAll(buckets.SelectMany(b => ScriptsOf(redis, b.Key.Item1, b.Key.Item2, b.Value, arguments))), cancellation);
    }

    private IEnumerable<Task<RedisResult>> ScriptsOf(IDatabase redis, AppTenant scope, int bucket, BucketEnds ends, RedisValue[] arguments)
    {
        var mark = keys.Ends(scope, bucket);
        if (ends.Marks.Count > 0) yield return redis.ScriptEvaluateAsync(s_end, [mark], [.. arguments, .. ends.Marks]);
        foreach (var part in ends.Keys.Chunk(KeysOfAScript)) yield return redis.ScriptEvaluateAsync(s_end, [mark, .. part], arguments);
    }

    private void AddPerson(Dictionary<(AppTenant, int), BucketEnds> buckets, PersonId id)
    {
        foreach (var scope in apps.In(id.Tenant))
        {
            // An open_id of another app, a union_id of another provider: nothing is kept under it there.
            if (id != PersonId.Of(scope, id.Type, id.Value)) continue;
            foreach (bool includeResigned in (bool[])[false, true]) Add(buckets, scope, keys.Of(new PersonKey(scope, id, includeResigned)));
        }
    }

    private void AddContact(Dictionary<(AppTenant, int), BucketEnds> buckets, TenantKey tenant, ContactDigest contact)
    {
        // A digest is of one app and does not say of which.
        foreach (var scope in apps.In(tenant))
        {
            foreach (var type in (IdType[])[IdType.OpenId, IdType.UnionId])
            {
                foreach (bool includeResigned in (bool[])[false, true]) Add(buckets, scope, keys.Of(new ContactKey(scope, contact, type, includeResigned)));
            }
        }
    }

    private static void Add(Dictionary<(AppTenant, int), BucketEnds> buckets, AppTenant scope, (RedisKey Key, int Bucket) at) => Of(buckets, scope, at.Bucket).Keys.Add(at.Key);

    private static void AddMark(Dictionary<(AppTenant, int), BucketEnds> buckets, AppTenant scope, string mark)
    {
        for (int bucket = 0; bucket < RedisKeys.Buckets; bucket++) Of(buckets, scope, bucket).Marks.Add(mark);
    }

    private static BucketEnds Of(Dictionary<(AppTenant, int), BucketEnds> buckets, AppTenant scope, int bucket)
    {
        if (!buckets.TryGetValue((scope, bucket), out var ends)) buckets[(scope, bucket)] = ends = new();
        return ends;
    }

    private sealed class BucketEnds
    {
        public HashSet<RedisKey> Keys { get; } = [];

        public HashSet<RedisValue> Marks { get; } = [];
    }
}
