using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Caching;

/// <summary>
/// Says how long an answer is fresh: the one place of design §6's table. Freshness is per field, and an answer
/// is as fresh as the least fresh thing that was asked for.
/// </summary>
public sealed class Lifetimes(CacheOptions options, ISharedClock clock, EventArrivals arrivals)
{
    /// <summary>Whether an answer about a person may be given for the ids and the status wanted.</summary>
    public bool IsFresh(AppTenant scope, Cached<Person> answer, IdType askedBy, IdTypes wanted, bool status, Freshness freshness) =>
        IsWithin(answer.AskedAt, Of(scope, answer, askedBy, wanted, status), freshness.MaxAge);

    /// <summary>Whether an answer about a contact may be given.</summary>
    public bool IsFresh(Cached<ContactMatch> answer, Freshness freshness) => IsWithin(answer.AskedAt, Of(answer), freshness.MaxAge);

    /// <summary>Whether a found person may still be served stale (design §2).</summary>
    public bool IsServableStale(AppTenant scope, Cached<Person> answer, IdType askedBy, IdTypes wanted, bool status, Freshness freshness) =>
        answer.Value is not null && freshness.AllowStale && IsWithin(answer.AskedAt, Of(scope, answer, askedBy, wanted, status) + options.StaleFor, null);

    /// <summary>Whether a found contact may still be served stale (design §2).</summary>
    public bool IsServableStale(Cached<ContactMatch> answer, Freshness freshness) =>
        answer.Value is not null && freshness.AllowStale && IsWithin(answer.AskedAt, Of(answer) + options.StaleFor, null);

    /// <summary>Whether a found person who is read again and again is to be asked for anew (design §6); one who has resigned is not.</summary>
    public bool IsAging(AppTenant scope, Cached<Person> answer, IdType askedBy, IdTypes wanted, bool status) =>
        answer is { IsHot: true, Value: { Status: not UserStatus.Resigned } } && IsAging(answer.AskedAt, Of(scope, answer, askedBy, wanted, status));

    /// <summary>Whether a found contact that is read again and again is to be asked for anew (design §6).</summary>
    public bool IsAging(Cached<ContactMatch> answer) => answer is { IsHot: true, Value: not null } && IsAging(answer.AskedAt, Of(answer));

    /// <summary>For how long from when it was asked for an answer about a person is of any use, by whatever is wanted of it and stale too.</summary>
    public TimeSpan KeptFor(AppTenant scope, Cached<Person> answer, IdType askedBy) =>
        Kept(answer.Value is not null, Of(scope, answer, askedBy, IdTypes.None, status: false));

    /// <summary>For how long from when it was asked for an answer about a contact is of any use, stale too.</summary>
    public TimeSpan KeptFor(Cached<ContactMatch> answer) => Kept(answer.Value is not null, Of(answer));

    /// <summary>For how long a listing of departments is fresh.</summary>
    public TimeSpan DepartmentsFor => options.DepartmentsFor;

    /// <summary>Whether a walk may go by a listing of departments.</summary>
    public bool IsFreshListing(DateTimeOffset askedAt) => IsWithin(askedAt, options.DepartmentsFor, null);

    /// <summary>The longest of these.</summary>
    public TimeSpan LongestKept => Kept(true, new[] { options.IdsFor, options.IdsForWithEvents, options.UserIdFor, options.ContactFor, options.DepartmentsFor }.Max());

    /// <summary>Whether a failure is an answer of the platform, and not passing trouble that is never kept.</summary>
    public static bool IsKept(Failure failure) => failure.Reason is FailureReason.NotFoundOrNotVisible
        or FailureReason.CrossAppId or FailureReason.CrossTenantId or FailureReason.NoPermission;

    private TimeSpan Kept(bool isFound, TimeSpan lifetime) => isFound ? lifetime + options.StaleFor : lifetime;

    // A user_id is given to somebody else once its holder has left (R16), so what was found by one ages with it.
    private TimeSpan Of(AppTenant scope, Cached<Person> answer, IdType askedBy, IdTypes wanted, bool status) =>
        answer.Value is null ? options.NegativeFor
        : askedBy == IdType.UserId || status || wanted.Holds(IdType.UserId) ? options.UserIdFor
        : options.IdsForWithEvents > options.IdsFor && arrivals.Arrive(scope) ? options.IdsForWithEvents
        : options.IdsFor;

    private TimeSpan Of(Cached<ContactMatch> answer) => answer.Value is null ? options.NegativeFor : options.ContactFor;

    private bool IsAging(DateTimeOffset askedAt, TimeSpan lifetime) =>
        options.RefreshAheadAt > 0 && clock.Now - askedAt >= lifetime * options.RefreshAheadAt;

    private bool IsWithin(DateTimeOffset askedAt, TimeSpan lifetime, TimeSpan? maxAge)
    {
        var limit = maxAge < lifetime ? maxAge.Value : lifetime;
        // A stamp may be a moment ahead of the clock (IWatermarks.Now), and zero is no answer's age all the same.
        return limit > TimeSpan.Zero && clock.Now - askedAt < limit;
    }
}
