using IdentityGrpc.Sandbox.Directory;
using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Apps;

/// <summary>
/// An app in a tenant: what rate windows and statistics are counted by (reference §6.4), one meter for each API. The tenant is
/// null for calls made with the app's own token.
/// </summary>
internal sealed class Installation(App app, Tenant? tenant, int apis)
{
    private readonly ApiMeter?[] meters = new ApiMeter?[apis];

    public App App => app;

    public Tenant? Tenant => tenant;

    public string TenantKey => tenant?.Key ?? "";

    public ApiMeter Meter(int api) =>
        Volatile.Read(ref meters[api]) ?? Interlocked.CompareExchange(ref meters[api], new ApiMeter(), null) ?? meters[api]!;

    public ApiMeter? MeterOrNone(int api) => Volatile.Read(ref meters[api]);
}
