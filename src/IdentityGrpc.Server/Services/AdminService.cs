using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Feishu.Http;
using IdentityGrpc.Server.Errors;
using AdminV1 = IdentityGrpc.Admin.V1;
using What = IdentityGrpc.Admin.V1.InvalidateRequest.WhatOneofCase;

namespace IdentityGrpc.Server.Services;

/// <summary>The service for operators. What it ends takes the way of every change: applied here, then published to every replica.</summary>
internal sealed class AdminService(AppCatalog apps, ChangeMaker maker, ChangeIntake intake, IIdentityCache cache, IBudget budget, IBreakers breakers) : AdminV1.AdminService.AdminServiceBase
{
    public override async Task<AdminV1.InvalidateResponse> Invalidate(AdminV1.InvalidateRequest request, ServerCallContext context)
    {
        var reader = new RequestReader(apps);
        var ends = Read(request, reader);
        reader.ThrowIfWrong();
        var endedAt = DateTimeOffset.MinValue;
        try
        {
            foreach (var (tenant, end) in ends)
            {
                var change = new Change { EventId = $"operator-{Guid.NewGuid():N}", Kind = ChangeKind.Invalidated, Tenant = tenant, People = end.People, Ends = end };
                endedAt = await intake.TakeAsync(change, context.CancellationToken);
            }
        }
        catch (ChangeBusException)
        {
            throw RpcErrors.Unavailable("CHANGES_UNAVAILABLE", "It has ended on this replica; whether on all others is not certain. Ask again.");
        }
        return new() { EndedAt = endedAt.ToTimestamp() };
    }

    public override Task<AdminV1.GetCacheStateResponse> GetCacheState(AdminV1.GetCacheStateRequest request, ServerCallContext context)
    {
        var figures = cache.Figures();
        return Task.FromResult(new AdminV1.GetCacheStateResponse
        {
            Bytes = (ulong)figures.Bytes,
            MaxBytes = (ulong)figures.MaxBytes,
            People = Kind(figures.People),
            PersonMisses = Kind(figures.PersonMisses),
            Contacts = Kind(figures.Contacts),
            ContactMisses = Kind(figures.ContactMisses),
        });
    }

    public override Task<AdminV1.GetBudgetStateResponse> GetBudgetState(AdminV1.GetBudgetStateRequest request, ServerCallContext context)
    {
        var wanted = Wanted(request.App).Select(app => app.Id).ToHashSet();
        var figures = budget is IBudgetFigures known ? known.Snapshot() : throw RpcErrors.FailedPrecondition("NO_FIGURES", new("app", "this kind of budget tells no figures."));
        return Task.FromResult(new AdminV1.GetBudgetStateResponse { Budgets = { figures.Where(f => wanted.Contains(f.Key.Scope.App)).Select(Budget) } });
    }

    public override Task<AdminV1.GetBreakerStateResponse> GetBreakerState(AdminV1.GetBreakerStateRequest request, ServerCallContext context) =>
        Task.FromResult(new AdminV1.GetBreakerStateResponse { Breakers = { Wanted(request.App).Select(app => new AdminV1.BreakerState { App = app.Name, Status = Status(breakers.StateOf(app.Id)) }) } });

    private List<(TenantKey Tenant, Ends Ends)> Read(AdminV1.InvalidateRequest request, RequestReader reader)
    {
        switch (request.WhatCase)
        {
            case What.Person:
                var scope = reader.Scope(request.Person.App, request.Person.TenantKey, "person.");
                if (PersonId.TryParse(scope, null, request.Person.Id, out var id, out string? problem)) return [(scope.Tenant, new() { People = [id] })];
                reader.Violation("person.id", problem);
                return [];
            case What.Contact:
                var tenant = Tenant(request.Contact.TenantKey, "contact.tenant_key", reader);
                var isEmail = request.Contact.ContactCase == AdminV1.ContactScope.ContactOneofCase.Email;
                if (request.Contact.ContactCase == AdminV1.ContactScope.ContactOneofCase.None) reader.Violation("contact.contact", "is required: an email or a mobile.");
                else if (isEmail ? Contact.TryParseEmail(request.Contact.Email, out var contact, out problem) : Contact.TryParseMobile(request.Contact.Mobile, out contact, out problem))
                    return [(tenant, new() { Contacts = [.. maker.DigestsOf(tenant, contact)] })];
                else reader.Violation(isEmail ? "contact.email" : "contact.mobile", problem);
                return [];
            case What.App when request.App.TenantKey.Length == 0 && apps.Find(request.App.App) is { } app:
                return [.. app.Tenants.Select(t => (t, new Ends { Scopes = [app.In(t)] }))];
            case What.App:
                var one = reader.Scope(request.App.App, request.App.TenantKey, "app.");
                return [(one.Tenant, new() { Scopes = [one] })];
            case What.Tenant:
                var all = Tenant(request.Tenant.TenantKey, "tenant.tenant_key", reader);
                return [(all, new() { Scopes = [.. apps.In(all)] })];
            default:
                reader.Violation("what", "is required: a person, a contact, an app or a tenant.");
                return [];
        }
    }

    private TenantKey Tenant(string key, string field, RequestReader reader)
    {
        var tenant = new TenantKey(key);
        if (key.Length == 0) reader.Violation(field, "is required.");
        else if (!apps.In(tenant).Any()) reader.Violation(field, "no app is installed in that tenant.");
        return tenant;
    }

    private IReadOnlyList<App> Wanted(string name) =>
        name.Length == 0 ? apps.All : apps.Find(name) is { } app ? [app] : throw RpcErrors.NotFound("APP_NOT_FOUND", new("app", "no app of that name is configured."));

    private AdminV1.BudgetState Budget(BudgetFigures figures) => new()
    {
        Api = figures.Key.Api,
        App = apps.Find(figures.Key.Scope.App)!.Name,
        TenantKey = figures.Key.Scope.Tenant.Value,
        Second = new() { Used = (uint)figures.Used.Second, Share = (uint)figures.Share.Second, Limit = (uint)figures.Limit.PerSecond },
        Minute = new() { Used = (uint)figures.Used.Minute, Share = (uint)figures.Share.Minute, Limit = (uint)figures.Limit.PerMinute },
        Waiting = (uint)figures.Waiting,
        PausedFor = figures.PausedFor > TimeSpan.Zero ? figures.PausedFor.ToDuration() : null,
        StoppedFor = figures.StoppedFor > TimeSpan.Zero ? figures.StoppedFor.ToDuration() : null,
    };

    private static AdminV1.CacheKindState Kind(CacheKindFigures figures) => new()
    {
        Entries = (ulong)figures.Entries,
        Bytes = (ulong)figures.Bytes,
        Hits = (ulong)figures.Hits,
        Misses = (ulong)figures.Misses,
        Evictions = (ulong)figures.Evictions,
    };

    private static AdminV1.BreakerStatus Status(BreakerState state) => state switch
    {
        BreakerState.Closed => AdminV1.BreakerStatus.Closed,
        BreakerState.HalfOpen => AdminV1.BreakerStatus.HalfOpen,
        _ => AdminV1.BreakerStatus.Open,
    };
}
