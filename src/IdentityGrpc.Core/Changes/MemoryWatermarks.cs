using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Changes;

/// <summary>Watermarks in the memory of one process.</summary>
/// <param name="time">The clock.</param>
/// <param name="capacity">How many contacts, and how many ids, have a watermark of their own; at least 1. See <see cref="EndMarks{TKey}"/>.</param>
public sealed class MemoryWatermarks(TimeProvider time, int capacity = 100_000) : IWatermarks
{
    private readonly EndMarks<(TenantKey, Contact)> _contacts = new(capacity);
    private readonly EndMarks<PersonId> _ids = new(capacity);
    private readonly EndMarks<AppTenant> _scopes = new(capacity);

    /// <inheritdoc/>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <inheritdoc/>
    public DateTimeOffset EndOf(AppTenant scope, Contact contact) => Later(_scopes.Find(scope), _contacts.Find((scope.Tenant, contact)));

    /// <inheritdoc/>
    public DateTimeOffset EndOf(AppTenant scope, PersonId id) => Later(_scopes.Find(scope), _ids.Find(id));

    /// <summary>Ends what is known of the contact, for all apps of the tenant.</summary>
    public void End(TenantKey tenant, Contact contact) => _contacts.Set((tenant, contact), Now);

    /// <summary>Ends what is known of the id, for all apps that share it.</summary>
    public void End(PersonId id) => _ids.Set(id, Now);

    /// <summary>Ends all that is known to the app.</summary>
    public void End(AppTenant scope) => _scopes.Set(scope, Now);

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
