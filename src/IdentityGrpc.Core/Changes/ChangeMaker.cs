using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Changes;

/// <summary>Says what ends by a change of the directory (design §6), and strips it of what may not travel.</summary>
public sealed class ChangeMaker(AppCatalog apps, IContactDigests digests)
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
    public IEnumerable<ContactDigest> DigestsOf(TenantKey tenant, Contact contact) => AppsIn(tenant).SelectMany(scope => digests.AllOf(scope, contact));

    /// <summary>The apps that are installed in the tenant.</summary>
    public IEnumerable<AppTenant> AppsIn(TenantKey tenant) => apps.All.Where(app => app.Tenants.Contains(tenant)).Select(app => app.In(tenant));

    private Ends EndsOf(DirectoryChange told) => told switch
    {
        // Who moved with a department, and whom a new scope shows or hides, is not told.
        { Kind: ChangeKind.ScopeUpdated } or { MayMovePeople: true } => new() { Scopes = [told.Scope] },
        { Kind: ChangeKind.DepartmentCreated or ChangeKind.DepartmentUpdated or ChangeKind.DepartmentDeleted } => new(),
        // Somebody, and it is not said who.
        { People: [] } => new() { Scopes = [told.Scope], MissesOf = told.Scope.Tenant },
        _ => new()
        {
            People = told.People,
            Contacts = [.. told.Contacts.SelectMany(contact => DigestsOf(told.Scope.Tenant, contact))],
            MissesOf = told.ShowsContacts ? null : told.Scope.Tenant,
        },
    };
}
