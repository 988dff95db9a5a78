using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Changes;

/// <summary>
/// When what is known of a key last ended (design §6): an answer that was asked for no later than that is neither
/// served nor stored. Watermarks only move forward.
/// </summary>
public interface IWatermarks
{
    /// <summary>The present, on the one clock by which answers are stamped and ends are set. Costs no round trip.</summary>
    DateTimeOffset Now { get; }

    /// <summary>When answers about the contact last ended for the app; <see cref="DateTimeOffset.MinValue"/>: never.</summary>
    DateTimeOffset EndOf(AppTenant scope, Contact contact);

    /// <summary>When answers about the id last ended for the app; <see cref="DateTimeOffset.MinValue"/>: never.</summary>
    DateTimeOffset EndOf(AppTenant scope, PersonId id);
}
