using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Members;

/// <summary>What the calls of one walk have in common.</summary>
/// <param name="Scope">By whose eyes.</param>
/// <param name="Walk">The walk, for its turns.</param>
/// <param name="KeepsProfiles">Whether profiles are wanted.</param>
/// <param name="Context">The caller's context; its cancellation is the walk's.</param>
internal sealed record WalkCall(AppTenant Scope, object Walk, bool KeepsProfiles, CallContext Context)
{
    /// <summary>Ends with the walk.</summary>
    public CancellationToken Cancellation => Context.Cancellation;

    /// <summary>The same calls on behalf of all who wait for them, until they are cancelled.</summary>
    public WalkCall For(CancellationToken cancellation) => this with { Context = Context with { Deadline = null, Cancellation = cancellation } };

    /// <summary>The context of a call that nobody waits for yet: it yields to lookups.</summary>
    public CallContext Ahead => Context with { Priority = Priority.Bulk };
}
