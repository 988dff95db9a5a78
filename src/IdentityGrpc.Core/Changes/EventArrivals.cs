using System.Collections.Concurrent;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Changes;

/// <summary>
/// Tells whether an app's events of a tenant arrive, on which the lifetime of ids depends (design §6): a change that it was told of
/// has come, here or to another replica, within <see cref="Window"/>. That an endpoint answers the platform's challenge, or takes an
/// app_ticket, does not show that changes of the directory are sent to it.
/// </summary>
public sealed class EventArrivals(ISharedClock clock)
{
    /// <summary>For how long a change shows that events arrive.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<(AppId App, TenantKey Tenant), DateTimeOffset> _last = new();

    /// <summary>A change has come.</summary>
    /// <param name="change">The change; one of an operator shows nothing.</param>
    /// <param name="at">When.</param>
    public void Note(Change change, DateTimeOffset at)
    {
        if (change.ToldTo is { } app) _last.AddOrUpdate((app, change.Tenant), at, (_, known) => known > at ? known : at);
    }

    /// <summary>Whether the app's events of the tenant arrive.</summary>
    public bool Arrive(AppTenant scope) => _last.TryGetValue((scope.App, scope.Tenant), out var at) && clock.Now - at < Window;
}
