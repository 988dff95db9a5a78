using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Caching;

/// <summary>
/// The cache that replicas share, behind the memory of each (design §6). It never fails a lookup: whatever is wrong
/// with it, it holds nothing. What it gives is judged by <see cref="Lifetimes"/> and <see cref="Validity"/> like anything kept.
/// </summary>
public interface ISharedCache
{
    /// <summary>Whether it may hold anything at this moment; costs nothing.</summary>
    bool IsOpen { get; }

    /// <summary>Reads people in one flush.</summary>
    /// <param name="keys">Keys of one app and tenant.</param>
    /// <param name="call">Its deadline bounds the wait.</param>
    /// <returns>What is kept under each key, in their order; null: nothing.</returns>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    Task<Cached<Person>?[]> FindAsync(IReadOnlyList<PersonKey> keys, CallContext call);

    /// <summary>Reads contacts in one flush.</summary>
    /// <inheritdoc cref="FindAsync(IReadOnlyList{PersonKey}, CallContext)"/>
    Task<Cached<ContactMatch>?[]> FindAsync(IReadOnlyList<ContactKey> keys, CallContext call);

    /// <summary>
    /// Keeps a person under every id that leads to them (<see cref="AnsweredIds"/>), in the background, unless a younger answer is kept
    /// or a change has ended this one.
    /// </summary>
    /// <param name="scope">By whose eyes.</param>
    /// <param name="person">The person.</param>
    /// <param name="includeResigned">See <see cref="PersonKey"/>.</param>
    /// <param name="askedAt">When the platform was asked.</param>
    /// <param name="askedBy">The id that was asked about, which leads to the answer even where the answer withholds it; null: none.</param>
    void StorePerson(AppTenant scope, Person person, bool includeResigned, DateTimeOffset askedAt, PersonId? askedBy = null);

    /// <summary>Keeps that an id has no answer, likewise.</summary>
    void Store(PersonKey key, Failure failure, DateTimeOffset askedAt);

    /// <summary>Keeps an answer about a contact, likewise.</summary>
    void Store(ContactKey key, Cached<ContactMatch> answer);
}

/// <summary>What stands where nothing is shared.</summary>
public sealed class NoSharedCache : ISharedCache
{
    /// <inheritdoc/>
    public bool IsOpen => false;

    /// <inheritdoc/>
    public Task<Cached<Person>?[]> FindAsync(IReadOnlyList<PersonKey> keys, CallContext call) => Task.FromResult(new Cached<Person>?[keys.Count]);

    /// <inheritdoc/>
    public Task<Cached<ContactMatch>?[]> FindAsync(IReadOnlyList<ContactKey> keys, CallContext call) => Task.FromResult(new Cached<ContactMatch>?[keys.Count]);

    /// <inheritdoc/>
    public void StorePerson(AppTenant scope, Person person, bool includeResigned, DateTimeOffset askedAt, PersonId? askedBy = null)
    {
        // Nobody else would read it.
    }

    /// <inheritdoc/>
    public void Store(PersonKey key, Failure failure, DateTimeOffset askedAt)
    {
        // Nobody else would read it.
    }

    /// <inheritdoc/>
    public void Store(ContactKey key, Cached<ContactMatch> answer)
    {
        // Nobody else would read it.
    }
}
