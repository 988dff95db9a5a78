using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Redis.Changes;
using StackExchange.Redis;

namespace IdentityGrpc.Redis.Caching;

/// <summary>An answer that waits to be shared. What is shared of it is made when its turn has come.</summary>
internal interface IWaitingAnswer
{
    /// <summary>How many keys it takes.</summary>
    int Keys { get; }

    /// <summary>Adds it, unless it has ended meanwhile.</summary>
    void AddTo(SharedScripts scripts);
}

/// <summary>The answers of one flush, as Redis is told them: one script for each bucket that their keys lie in. Not thread-safe.</summary>
internal sealed class SharedScripts(RedisKeys keys, RedisClock clock)
{
    private const int KeysOfAScript = 100;
    private static readonly string s_store = RedisScript.Of("cache.header", "cache.store");

    // As many as there are buckets of apps and tenants; they stay, with the room that they have grown to.
    private readonly Dictionary<(AppTenant, int), Script> _scripts = [];

    /// <summary>How many keys there are, those included that are not shared.</summary>
    public int Keys { get; private set; }

    /// <summary>Adds a key, where its time is not over and the clock goes right.</summary>
    /// <param name="scope">Whose answer it is.</param>
    /// <param name="key">The key.</param>
    /// <param name="bucket">The key's bucket.</param>
    /// <param name="keptFor">How long after the question it is kept.</param>
    /// <param name="value">What lies there.</param>
    /// <param name="askedAt">When the platform was asked.</param>
    /// <param name="about">What it is about, as the script calls it.</param>
    public void Add(AppTenant scope, RedisKey key, int bucket, TimeSpan keptFor, byte[] value, DateTimeOffset askedAt, string about)
    {
        Keys++;
        var left = keptFor - (clock.Now - askedAt);
        // What was asked for before the clock was set back seems younger than a change that may have come since.
        if (left <= TimeSpan.Zero || askedAt <= clock.Overshot) return;
        if (!_scripts.TryGetValue((scope, bucket), out var script)) _scripts[(scope, bucket)] = script = new(keys.Ends(scope, bucket));
        script.Add(key, value, left, about);
    }

    /// <summary>Sends all.</summary>
    /// <returns>How many keys each script took.</returns>
    public Task<RedisResult[]> SendAsync(IDatabase redis) =>
        Task.WhenAll(_scripts.Values.SelectMany(script => script.Calls()).Select(call => redis.ScriptEvaluateAsync(s_store, call.Keys, call.Arguments)));

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        Keys = 0;
        foreach (var script in _scripts.Values) script.Clear();
    }

    private sealed class Script(RedisKey ends)
    {
        private const int ArgumentsOfAKey = 3;
        private static readonly RedisValue s_mostLate = (long)SharedValues.MostLate.TotalMicroseconds;

        private readonly List<RedisKey> _keys = [];
        private readonly List<RedisValue> _arguments = [];

        public void Add(RedisKey key, RedisValue value, TimeSpan left, RedisValue about)
        {
            _keys.Add(key);
            _arguments.Add(value);
            _arguments.Add(Math.Max(1, (long)left.TotalMilliseconds));
            _arguments.Add(about);
        }

        public IEnumerable<(RedisKey[] Keys, RedisValue[] Arguments)> Calls()
        {
            for (int start = 0; start < _keys.Count; start += KeysOfAScript)
            {
                int count = Math.Min(KeysOfAScript, _keys.Count - start);
                var names = new RedisKey[1 + count];
                var arguments = new RedisValue[1 + ArgumentsOfAKey * count];
                (names[0], arguments[0]) = (ends, s_mostLate);
                _keys.CopyTo(start, names, 1, count);
                _arguments.CopyTo(ArgumentsOfAKey * start, arguments, 1, ArgumentsOfAKey * count);
                yield return (names, arguments);
            }
        }

        public void Clear()
        {
            _keys.Clear();
            _arguments.Clear();
        }
    }
}
