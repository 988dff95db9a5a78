using Grpc.Core;
using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Server.Errors;

namespace IdentityGrpc.Server.Services;

/// <summary>Reads what the requests have in common, and gathers all that is wrong with one so that it is reported together.</summary>
internal sealed class RequestReader(AppCatalog apps)
{
    private readonly List<FieldViolation> _violations = [];
    private FieldViolation? _unknownApp;

    /// <summary>The app and tenant; meaningless until <see cref="ThrowIfWrong"/> has passed.</summary>
    /// <param name="name">The app's name.</param>
    /// <param name="tenantKey">The tenant; empty: the app's only one.</param>
    /// <param name="path">What stands before the fields' names in the request.</param>
    public AppTenant Scope(string name, string tenantKey, string path = "")
    {
        if (name.Length == 0) Violation(path + "app", "is required: the app's name in the service's configuration.");
        if (name.Length == 0 || Find(path + "app", name) is not { } app) return default;
        if (tenantKey.Length == 0)
        {
            if (app.Tenants is [var only]) return app.In(only);
            Violation(path + "tenant_key", "is required: the app is installed in several tenants.");
            return default;
        }
        var tenant = new TenantKey(tenantKey);
        if (!app.Tenants.Contains(tenant)) Violation(path + "tenant_key", "the app is not installed in that tenant.");
        return app.In(tenant);
    }

    /// <summary>The app for whom answers are made. Where it is not installed in the tenant, a scope that joins with none there.</summary>
    public AppTenant Target(string name, AppTenant source) =>
        name.Length == 0 ? source
        : Find("target_app", name) is not { } app ? default
        : app.In(app.Tenants.Contains(source.Tenant) ? source.Tenant : app.Tenants[0]);

    /// <summary>The number of keys.</summary>
    public void Keys(string field, int count, int max)
    {
        if (count == 0) Violation(field, $"is required: 1 to {max:N0} of them.");
        if (count > max) Violation(field, $"{count:N0} of them; at most {max:N0} are allowed in a call.");
    }

    /// <summary>The kinds of id; all three where none is named.</summary>
    public IdTypes IdTypes(IReadOnlyList<V1.IdType> types)
    {
        var set = Core.Identifiers.IdTypes.None;
        for (int i = 0; i < types.Count; i++)
        {
            if (IdType($"id_types[{i}]", types[i]) is { } type) set |= type.AsSet();
            else if (types[i] == V1.IdType.Unspecified) Violation($"id_types[{i}]", "ID_TYPE_UNSPECIFIED names no kind; leave id_types empty to ask for all.");
        }
        return types.Count == 0 ? Core.Identifiers.IdTypes.All : set;
    }

    /// <summary>A kind of id; null where unset.</summary>
    public IdType? IdType(string field, V1.IdType type)
    {
        switch (type)
        {
            case V1.IdType.Unspecified: return null;
            case V1.IdType.OpenId: return Core.Identifiers.IdType.OpenId;
            case V1.IdType.UnionId: return Core.Identifiers.IdType.UnionId;
            case V1.IdType.UserId: return Core.Identifiers.IdType.UserId;
            default:
                Violation(field, $"{(int)type} is no IdType.");
                return null;
        }
    }

    /// <summary>How old answers may be.</summary>
    public Freshness Freshness(V1.Freshness? freshness)
    {
        if (freshness is null) return default;
        TimeSpan? maxAge = null;
        if (freshness.MaxAge is { } age)
        {
            if (age.Seconds < 0 || age.Nanos is < 0 or > 999_999_999) Violation("freshness.max_age", "must be a duration of zero or more.");
            else maxAge = age.Seconds > TimeSpan.MaxValue.TotalSeconds / 2 ? null : TimeSpan.FromSeconds(age.Seconds) + TimeSpan.FromTicks(age.Nanos / 100);
        }
        if (freshness.CachedOnly && maxAge == TimeSpan.Zero) Violation("freshness", "cached_only with a max_age of zero asks for nothing.");
        return new(maxAge, freshness.CachedOnly, freshness.AllowStale);
    }

    /// <summary>Notes a field that is wrong.</summary>
    public void Violation(string field, string problem) => _violations.Add(new(field, problem));

    private App? Find(string field, string name)
    {
        var app = apps.Find(name);
        if (app is null) _unknownApp ??= new(field, "no app of that name is configured.");
        return app;
    }

    /// <exception cref="RpcException">Something is wrong: INVALID_ARGUMENT naming all of it, or NOT_FOUND for an unknown app alone.</exception>
    public void ThrowIfWrong()
    {
        if (_violations.Count > 0) throw RpcErrors.InvalidArgument(_unknownApp is null ? _violations : [_unknownApp, .. _violations]);
        if (_unknownApp is not null) throw RpcErrors.NotFound("APP_NOT_FOUND", _unknownApp);
    }
}
