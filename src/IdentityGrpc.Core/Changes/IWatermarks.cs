using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Changes;

/// <summary>
/// When what is known of a key last ended (design §6): an answer that was asked for no later than that is neither
/// served nor stored; <c>Validity</c> is who decides. Watermarks only move forward. All methods are cheap, and
/// <see cref="DateTimeOffset.MinValue"/> means never.
/// </summary>
public interface IWatermarks
{
    /// <summary>
    /// The present by which answers are stamped: the shared clock, and later than every end that is known here. Who asks after hearing of
    /// a change is told of it, whatever the clocks of two machines say.
    /// </summary>
    DateTimeOffset Now { get; }

    /// <summary>No end of anything is later.</summary>
    DateTimeOffset Latest { get; }

    /// <summary>When all that the app knows of the tenant last ended.</summary>
    DateTimeOffset EndOf(AppTenant scope);

    /// <summary>When answers about the id last ended, or answers that hold it.</summary>
    DateTimeOffset EndOf(PersonId id);

    /// <summary>When answers about the contact last ended.</summary>
    DateTimeOffset EndOf(ContactDigest contact);

    /// <summary>When all answers about contacts last ended for the app in the tenant.</summary>
    DateTimeOffset EndOfContacts(AppTenant scope);

    /// <summary>When it last ended, for all apps of the tenant, that a contact has no answer.</summary>
    DateTimeOffset EndOfMisses(TenantKey tenant);

    /// <summary>When it last ended, for all apps of the tenant, which departments there are.</summary>
    DateTimeOffset EndOfDepartments(TenantKey tenant);
}
