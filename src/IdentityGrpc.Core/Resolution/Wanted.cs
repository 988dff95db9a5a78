using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Resolution;

/// <summary>What a request asks of each person. Only that is fetched (design §4).</summary>
/// <param name="Ids">The kinds of id.</param>
/// <param name="Status">Whether the status too.</param>
/// <param name="IncludeResigned">Whether resigned people are found.</param>
/// <param name="Freshness">How old answers may be.</param>
public readonly record struct Wanted(IdTypes Ids, bool Status, bool IncludeResigned, Freshness Freshness)
{
    /// <summary>
    /// The same, from the platform. An answer put together from several may have ended though none of its parts has: a change told to
    /// one app ends what holds the person's union_id, and not the other app's contact that led to them.
    /// </summary>
    public Wanted Anew => this with { Freshness = Freshness with { MaxAge = TimeSpan.Zero } };
}
