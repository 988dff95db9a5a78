using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Changes;

/// <summary>Watermarks in the memory of one replica, set by the changes that it has seen.</summary>
/// <param name="clock">The clock.</param>
/// <param name="capacity">How many contacts, and how many ids, have a watermark of their own; at least 1. See <see cref="EndMarks{TKey}"/>.</param>
public sealed class MemoryWatermarks(ISharedClock clock, int capacity = 100_000) : IWatermarks
{
    private readonly EndMarks<PersonId> _ids = new(capacity);
    private readonly EndMarks<ContactDigest> _contacts = new(capacity);
    private readonly EndMarks<AppTenant> _scopes = new(capacity);
    private readonly EndMarks<AppTenant> _contactsOf = new(capacity);
    private readonly EndMarks<TenantKey> _misses = new(capacity);
    private readonly EndMarks<TenantKey> _departments = new(capacity);
    private static readonly TimeSpan s_tick = TimeSpan.FromTicks(1);
    private long _latest, _floor;

    /// <inheritdoc/>
    public DateTimeOffset Now => Later(clock.Now, Latest + s_tick);

    /// <inheritdoc/>
    public DateTimeOffset Latest => At(ref _latest);

    /// <inheritdoc/>
    public DateTimeOffset EndOf(AppTenant scope) => Later(At(ref _floor), _scopes.Find(scope));

    /// <inheritdoc/>
    public DateTimeOffset EndOf(PersonId id) => _ids.Find(id);

    /// <inheritdoc/>
    public DateTimeOffset EndOf(ContactDigest contact) => _contacts.Find(contact);

    /// <inheritdoc/>
    public DateTimeOffset EndOfContacts(AppTenant scope) => _contactsOf.Find(scope);

    /// <inheritdoc/>
    public DateTimeOffset EndOfMisses(TenantKey tenant) => _misses.Find(tenant);

    /// <inheritdoc/>
    public DateTimeOffset EndOfDepartments(TenantKey tenant) => _departments.Find(tenant);

    /// <summary>Ends all that a change says; to apply one twice is harmless.</summary>
    /// <param name="ends">What ends.</param>
    /// <param name="at">When, on the shared clock.</param>
    public void Apply(Ends ends, DateTimeOffset at)
    {
        foreach (var id in ends.People) _ids.Set(id, at);
        foreach (var contact in ends.Contacts) _contacts.Set(contact, at);
        foreach (var scope in ends.Scopes) _scopes.Set(scope, at);
        foreach (var scope in ends.ContactsOf) _contactsOf.Set(scope, at);
        if (ends.MissesOf is { } tenant) _misses.Set(tenant, at);
        if (ends.DepartmentsOf is { } company) _departments.Set(company, at);
        Raise(ref _latest, at);
    }

    /// <summary>Ends everything: changes may have been missed.</summary>
    public void EndAll(DateTimeOffset at)
    {
        Raise(ref _floor, at);
        Raise(ref _latest, at);
    }

    private static DateTimeOffset At(ref long ticks) => new(Volatile.Read(ref ticks), TimeSpan.Zero);

    private static void Raise(ref long mark, DateTimeOffset at)
    {
        long known = Volatile.Read(ref mark);
        while (known < at.UtcTicks && Interlocked.CompareExchange(ref mark, at.UtcTicks, known) is var seen && seen != known) known = seen;
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
