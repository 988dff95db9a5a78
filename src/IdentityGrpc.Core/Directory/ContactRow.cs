using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Directory;

/// <summary>One row of <c>batch_get_id</c> (reference §2).</summary>
/// <param name="Contact">The contact that the platform echoed, normalised: answers are joined on it, never on position.</param>
/// <param name="Id">The id of the kind asked for; null where the platform found nobody or shows nobody.</param>
/// <param name="Status">The status; null where withheld.</param>
public sealed record ContactRow(Contact Contact, string? Id, UserStatus? Status);
