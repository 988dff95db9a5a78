using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Changes;

/// <summary>Says what ends by a change of the directory (design §6), and strips it of what may not travel.</summary>
public sealed class ChangeMaker(AppCatalog apps, IContactDigests digests, EventArrivals arrivals)
{
    /// <summary>The change as it travels to every replica.</summary>
    public Change Make(DirectoryChange told) => new()
    {
        EventId = told.EventId,
        Kind = told.Kind,
        Tenant = told.Scope.Tenant,
        ToldTo = told.Scope.App,
        OccurredAt = told.OccurredAt,
        People = told.People,
        Departments = told.Departments,
        Ends = EndsOf(told),
    };

    /// <summary>The digests of a contact, for each app that is installed in the tenant.</summary>
    public IEnumerable<ContactDigest> DigestsOf(TenantKey tenant, Contact contact) => apps.In(tenant).SelectMany(scope => digests.AllOf(scope, contact));

    private Ends EndsOf(DirectoryChange told) => told switch
    {
        // Who moved with a department, and whom a new scope shows or hides, is not told.
        { Kind: ChangeKind.ScopeUpdated } => new() { Scopes = [told.Scope] },
        { Kind: ChangeKind.DepartmentCreated or ChangeKind.DepartmentUpdated or ChangeKind.DepartmentDeleted } =>
            new() { Scopes = told.MayMovePeople ? [told.Scope] : [], DepartmentsOf = told.Scope.Tenant },
        // Somebody, and it is not said who.
        { People: [] } => new() { Scopes = [told.Scope], ContactsOf = Untold(told.Scope), MissesOf = told.Scope.Tenant },
        _ => new()
        {
            People = told.People,
            Contacts = [.. told.Contacts.SelectMany(contact => DigestsOf(told.Scope.Tenant, contact))],
            ContactsOf = told.ShowsContacts ? [] : Untold(told.Scope),
            MissesOf = told.ShowsContacts ? null : told.Scope.Tenant,
        },
    };

    // What another app keeps of a contact holds that app's open_id alone, which this change does not name. Where the app's own events
    // arrive, they do; where they do not, the contact may be another person's by now and nobody will say so.
    private IReadOnlyList<AppTenant> Untold(AppTenant told) => [.. apps.In(told.Tenant).Where(scope => scope != told && !arrivals.Arrive(scope))];
}
