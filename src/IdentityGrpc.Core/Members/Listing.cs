using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Members;

/// <summary>What was listed.</summary>
/// <param name="Scope">By whose eyes.</param>
/// <param name="Root">The open_department_id of the department whose descendants it holds; empty: what the contact scope names, with all below it.</param>
public readonly record struct ListingKey(AppTenant Scope, string Root);

/// <summary>Which departments there are (reference §4.2). Immutable; walks share it.</summary>
/// <param name="Departments">Their open_department_ids, each once, in ordinal order, without <see cref="ListingKey.Root"/>.</param>
/// <param name="AskedAt">When the platform was asked, on the clock of the watermarks.</param>
public sealed record Listing(IReadOnlyList<string> Departments, DateTimeOffset AskedAt)
{
    /// <summary>The user groups that the contact scope names.</summary>
    public IReadOnlyList<string> UserGroups { get; init; } = [];

    /// <summary>Whether the contact scope names people by themselves (R34).</summary>
    public bool NamesPeople { get; init; }
}
