namespace IdentityGrpc.Core.Identifiers;

/// <summary>The platform's id of an app, such as <c>cli_…</c>.</summary>
public readonly record struct AppId(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>The organisation that makes an app. Its apps share union_ids (R4); it is not a developer (R5).</summary>
public readonly record struct Provider(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>The platform's opaque key of a tenant. Data of different tenants is always isolated (R10).</summary>
public readonly record struct TenantKey(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>An app by whose eyes the directory is read, as configured. Its secret is known to the HTTP side only.</summary>
/// <param name="Name">The name that callers use.</param>
/// <param name="Id">The platform's id of the app.</param>
/// <param name="Provider">Who makes the app; decides which union_ids it shares.</param>
/// <param name="Tenants">The tenants it is installed in; a custom app has exactly one.</param>
public sealed record App(string Name, AppId Id, Provider Provider, IReadOnlyList<TenantKey> Tenants)
{
    /// <summary>The app in one of its tenants.</summary>
    public AppTenant In(TenantKey tenant) => new(Id, Provider, tenant);
}

/// <summary>An app in one tenant: the scope within which an open_id means something, and by which everything is cached and counted.</summary>
/// <param name="App">The app.</param>
/// <param name="Provider">The app's provider.</param>
/// <param name="Tenant">The tenant.</param>
public readonly record struct AppTenant(AppId App, Provider Provider, TenantKey Tenant);
