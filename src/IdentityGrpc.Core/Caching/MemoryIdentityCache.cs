using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Caching;

/// <summary>Keeps answers in this process, at most <see cref="CacheOptions.MaxEntries"/> of them.</summary>
public sealed class MemoryIdentityCache(CacheOptions options) : IIdentityCache
{
    private readonly BoundedMap<PersonKey, Cached<Person>> _people = new(Math.Max(1, options.MaxEntries / 4 * 3));
    private readonly BoundedMap<ContactKey, Cached<ContactMatch>> _contacts = new(Math.Max(1, options.MaxEntries / 4));

    /// <summary>The number of entries.</summary>
    public int Count => _people.Count + _contacts.Count;

    /// <inheritdoc/>
    public Cached<Person>? Find(PersonKey key) => _people.Find(key);

    /// <inheritdoc/>
    public Cached<ContactMatch>? Find(ContactKey key) => _contacts.Find(key);

    /// <inheritdoc/>
    public void Store(PersonKey key, Cached<Person> answer) => _people.Store(key, answer, IsYounger);

    /// <inheritdoc/>
    public void Store(ContactKey key, Cached<ContactMatch> answer) => _contacts.Store(key, answer, IsYounger);

    private static bool IsYounger<T>(Cached<T> kept, Cached<T> offered) where T : class => kept.AskedAt > offered.AskedAt;
}
