using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Batching;

/// <summary>The lane of a contact lookup: everything but the contact that changes the answer.</summary>
/// <param name="Scope">The app and tenant that ask.</param>
/// <param name="IdType">The kind of id wanted: one call gives one kind.</param>
/// <param name="IncludeResigned">Whether resigned people are found too (R27).</param>
public readonly record struct ContactLane(AppTenant Scope, IdType IdType, bool IncludeResigned);

/// <summary>The lane of an id lookup.</summary>
/// <param name="Scope">The app and tenant that ask.</param>
/// <param name="IdType">The kind of the ids asked about.</param>
/// <param name="Singly">One <c>GET users/:id</c> an id, which answers for resigned people too (R28); else packed <c>GET users/batch</c>.</param>
public readonly record struct IdLane(AppTenant Scope, IdType IdType, bool Singly);

/// <summary>An answer of the platform about one key, and when it was asked for.</summary>
/// <param name="Outcome">The answer. A key that the platform does not know is <see cref="Failure.NotFound"/>.</param>
/// <param name="AskedAt">When the upstream call was sent, on the clock that all replicas share; decides what an eviction voids (design §6).</param>
public readonly record struct Answer<T>(Outcome<T> Outcome, DateTimeOffset AskedAt) where T : class;

/// <summary>
/// The platform, key by key: packs calls, shares what is in flight, takes out ids that spoil a batch, spends the
/// budget. Every key gets exactly one answer, in the order of the keys; expected trouble is an answer.
/// </summary>
public interface ILookup
{
    /// <summary>Asks for the ids behind distinct contacts.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="contacts">Distinct contacts, any number.</param>
    /// <param name="notBefore">An answer asked for earlier does not count (<c>max_age</c>); null: any.</param>
    /// <param name="call">Past its deadline the keys left are <see cref="Failure.Late"/>.</param>
    Task<Answer<ContactRow>[]> FindByContactAsync(ContactLane lane, IReadOnlyList<Contact> contacts, DateTimeOffset? notBefore, CallContext call);

    /// <summary>
    /// Waits until many keys that are about to be looked for are of use to the lane: while it has permits, and keys enough to spend them,
    /// its calls come first. Half a second at most.
    /// </summary>
    /// <param name="lane">The lane.</param>
    /// <param name="keys">How many, about.</param>
    /// <param name="call">The call.</param>
    /// <returns>To be disposed of when they have been asked for, or will not be; null: there is nothing to wait for.</returns>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    ValueTask<IDisposable?> BeginAsync(ContactLane lane, int keys, CallContext call) => default;

    /// <summary>
    /// Waits, before many answers are kept and handed on, until the calls of the lane can do without the processor: while it has permits,
    /// and keys enough to spend them, its calls come first. Half a second at most.
    /// </summary>
    /// <param name="lane">The lane.</param>
    /// <param name="answers">How many.</param>
    /// <param name="call">The call.</param>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    ValueTask LetCallsLeaveAsync(ContactLane lane, int answers, CallContext call) => default;

    /// <summary>Asks for the people behind distinct ids, all of the lane's kind.</summary>
    /// <inheritdoc cref="FindByContactAsync" path="/param[@name='notBefore' or @name='call']"/>
    Task<Answer<Person>[]> GetUsersAsync(IdLane lane, IReadOnlyList<PersonId> ids, DateTimeOffset? notBefore, CallContext call);
}
