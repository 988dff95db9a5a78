using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Resolution;

/// <summary>What a request asks of each person. Only that is fetched (design §4).</summary>
/// <param name="Ids">The kinds of id.</param>
/// <param name="Status">Whether the status too.</param>
/// <param name="IncludeResigned">Whether resigned people are found.</param>
/// <param name="Freshness">How old answers may be.</param>
public readonly record struct Wanted(IdTypes Ids, bool Status, bool IncludeResigned, Freshness Freshness);
