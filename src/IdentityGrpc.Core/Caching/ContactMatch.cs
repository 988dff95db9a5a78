using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Caching;

/// <summary>Whom a contact belongs to.</summary>
/// <param name="Id">The id, of the kind that the <see cref="ContactKey"/> names.</param>
/// <param name="Status">The status; null where withheld.</param>
public sealed record ContactMatch(string Id, UserStatus? Status);
