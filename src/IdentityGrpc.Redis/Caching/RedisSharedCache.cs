using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using StackExchange.Redis;

namespace IdentityGrpc.Redis.Caching;

/// <summary>The cache that replicas share, in Redis (design §6): reads are in <see cref="SharedReads"/>, writes in <see cref="SharedWrites"/>.</summary>
internal sealed class RedisSharedCache : ISharedCache
{
    private readonly SharedReads _reads;
    private readonly SharedWrites _writes;
    private readonly RedisKeys _keys;
    private readonly Lifetimes _lifetimes;
    private readonly Validity _validity;
    private readonly SharedCacheMetrics _metrics;

    public RedisSharedCache(SharedReads reads, SharedWrites writes, RedisKeys keys, Lifetimes lifetimes, Validity validity, SharedCacheMetrics metrics)
    {
        (_reads, _writes, _keys, _lifetimes, _validity, _metrics) = (reads, writes, keys, lifetimes, validity, metrics);
        metrics.Observe(() => reads.IsOpen);
    }

    private delegate bool Reader<TKey, T>(ReadOnlyMemory<byte> bytes, TKey key, out Cached<T>? answer) where T : class;

    /// <inheritdoc/>
    public bool IsOpen => _reads.IsOpen;

    /// <inheritdoc/>
    public Task<Cached<Person>?[]> FindAsync(IReadOnlyList<PersonKey> keys, CallContext call) => FindAsync<PersonKey, Person>(keys, _keys.Of, SharedValues.TryRead, call);

    /// <inheritdoc/>
    public Task<Cached<ContactMatch>?[]> FindAsync(IReadOnlyList<ContactKey> keys, CallContext call) => FindAsync<ContactKey, ContactMatch>(keys, _keys.Of,
        static (ReadOnlyMemory<byte> bytes, ContactKey _, out Cached<ContactMatch>? answer) => SharedValues.TryRead(bytes, out answer), call);

    /// <inheritdoc/>
    public void StorePerson(AppTenant scope, Person person, bool includeResigned, DateTimeOffset askedAt, PersonId? askedBy = null) =>
        _writes.Add(new WaitingPerson(this, scope, person, includeResigned, askedAt, askedBy));

    /// <inheritdoc/>
    public void Store(PersonKey key, Failure failure, DateTimeOffset askedAt) => _writes.Add(new WaitingMiss(this, key, failure, askedAt));

    /// <inheritdoc/>
    public void Store(ContactKey key, Cached<ContactMatch> answer) => _writes.Add(new WaitingContact(this, key, answer));

    private async Task<Cached<T>?[]> FindAsync<TKey, T>(IReadOnlyList<TKey> asked, Func<TKey, (RedisKey, int)> place, Reader<TKey, T> read, CallContext call) where T : class
    {
        var values = await _reads.ReadAsync([.. asked.Select(place)], call);
        var answers = new Cached<T>?[asked.Count];
        int hits = 0, damaged = 0, unread = 0;
        for (int i = 0; i < answers.Length; i++)
        {
            if (values[i] is not { } value) unread++;
            else if (!read(value, asked[i], out answers[i])) damaged++;
            else if (answers[i] is not null) hits++;
        }
        _metrics.Read("hit", hits);
        _metrics.Read("damaged", damaged);
        _metrics.Read("unread", unread);
        _metrics.Read("miss", answers.Length - hits - damaged - unread);
        return answers;
    }

    private void Add(SharedScripts scripts, PersonKey key, Cached<Person> answer, byte[] value)
    {
        var (place, bucket) = _keys.Of(key);
        scripts.Add(key.Scope, place, bucket, _lifetimes.KeptFor(key.Scope, answer, key.Id.Type), value, answer.AskedAt, "p");
    }

    private sealed class WaitingPerson(RedisSharedCache cache, AppTenant scope, Person person, bool includeResigned, DateTimeOffset askedAt, PersonId? askedBy) : IWaitingAnswer
    {
        public int Keys => Ids.Count();

        private IEnumerable<PersonId> Ids => AnsweredIds.Of(scope, askedBy, person);

        public void AddTo(SharedScripts scripts)
        {
            if (cache._validity.HasEnded(scope, person, askedAt) || (askedBy is { } id && cache._validity.HasEnded(scope, id, person, askedAt))) return;
            var answer = new Cached<Person>(person, null, askedAt);
            byte[] value = SharedValues.Write(person, askedAt);
            foreach (var own in Ids) cache.Add(scripts, new(scope, own, includeResigned), answer, value);
        }
    }

    private sealed class WaitingMiss(RedisSharedCache cache, PersonKey key, Failure failure, DateTimeOffset askedAt) : IWaitingAnswer
    {
        public int Keys => 1;

        public void AddTo(SharedScripts scripts)
        {
            if (cache._validity.HasEnded(key.Scope, key.Id, person: null, askedAt)) return;
            cache.Add(scripts, key, new(null, failure, askedAt), SharedValues.WriteMiss(failure, askedAt));
        }
    }

    private sealed class WaitingContact(RedisSharedCache cache, ContactKey key, Cached<ContactMatch> answer) : IWaitingAnswer
    {
        public int Keys => 1;

        public void AddTo(SharedScripts scripts)
        {
            if (cache._validity.HasEnded(key.Scope, key.Contact, key.IdType, answer.Value?.Id, answer.AskedAt)) return;
            var (place, bucket) = cache._keys.Of(key);
            scripts.Add(key.Scope, place, bucket, cache._lifetimes.KeptFor(answer), SharedValues.Write(answer), answer.AskedAt, answer.Value is null ? "m" : "c");
        }
    }
}
