using System.Collections.Frozen;

namespace IdentityGrpc.Core.Identifiers;

/// <summary>The apps that the service is configured with, by name and by id.</summary>
public sealed class AppCatalog(IReadOnlyList<App> apps)
{
    private readonly FrozenDictionary<string, App> _byName = apps.ToFrozenDictionary(a => a.Name, StringComparer.Ordinal);
    private readonly FrozenDictionary<AppId, App> _byId = apps.ToFrozenDictionary(a => a.Id);

    /// <summary>All apps, in the order of the configuration.</summary>
    public IReadOnlyList<App> All { get; } = apps;

    /// <summary>Every app in every of its tenants.</summary>
    public IEnumerable<AppTenant> Scopes => All.SelectMany(a => a.Tenants.Select(a.In));

    /// <summary>The apps that are installed in the tenant.</summary>
    public IEnumerable<AppTenant> In(TenantKey tenant) => All.Where(app => app.Tenants.Contains(tenant)).Select(app => app.In(tenant));

    /// <summary>The app of that name, or null.</summary>
    public App? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The app of that platform id, or null.</summary>
    public App? Find(AppId id) => _byId.GetValueOrDefault(id);
}
