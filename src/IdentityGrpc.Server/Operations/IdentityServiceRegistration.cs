using IdentityGrpc.Core.Batching;
using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Members;
using IdentityGrpc.Core.Resolution;
using IdentityGrpc.Core.Telemetry;
using IdentityGrpc.Feishu;
using IdentityGrpc.Feishu.Events;
using IdentityGrpc.Redis;
using IdentityGrpc.Server.Changes;
using IdentityGrpc.Server.Configuration;
using IdentityGrpc.Server.Events;
using IdentityGrpc.Server.Members;
using IdentityGrpc.Server.Services;
using Microsoft.Extensions.DependencyInjection.Extensions;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace IdentityGrpc.Server.Operations;

/// <summary>The table of contents: what the service is put together from, in the order in which a lookup passes through it.</summary>
internal static class IdentityServiceRegistration
{
    private const int MaxMessageSize = 4 * 1024 * 1024;

    public static IServiceCollection AddIdentityService(this IServiceCollection services, ServerOptions options, IReadOnlyList<AppOptions> apps) => services
        .AddClock()
        .AddCollecting()
        .AddSingleton(options)
        .AddGrpcFace()
        .AddApps(apps, options.Keys)
        .AddResolution()
        .AddSharing(options.Redis)
        .AddCaching(options.Cache)
        .AddBatching(options, apps)
        .AddFeishuDirectory([.. apps.Select(a => a.ToFeishuApp())], options.Upstream)
        .AddMembers(options.Members)
        .AddChanges(options.Changes, apps);

    public static void MapIdentityService(this WebApplication app)
    {
        app.MapGrpcService<IdentityService>();
        if (ServerOptionsValidator.ServesAdmin(app.Services.GetRequiredService<ServerOptions>())) app.MapGrpcService<AdminService>();
        app.MapGrpcService<HealthService>();
        app.MapGrpcService<ReflectionService>();
        app.MapGrpcService<ReflectionAlphaService>();
        app.MapGet("/healthz/live", () => Results.Text("live\n"));
        app.MapGet("/healthz/ready", (HealthState health) => Results.Text(health.IsServing ? "ready\n" : "not ready\n",
            statusCode: health.IsServing ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable));
        _ = app.Services.GetRequiredService<CacheMetrics>(); // it measures from now on
        app.MapPost("/feishu/events/{app}", (HttpContext context, string app, EventEndpoint events) => events.ServeAsync(context, app));
        var state = app.Services.GetRequiredService<HealthState>();
        app.Lifetime.ApplicationStopping.Register(() => state.Set(ServingStatus.NotServing, V1.IdentityService.Descriptor.FullName));
    }

    // A test brings its own.
    private static IServiceCollection AddClock(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services;
    }

    // Where young objects are few at any time, there is nothing worth collecting at rest.
    private static IServiceCollection AddCollecting(this IServiceCollection services) => CollectedRuntime.LetsYoungObjectsPileUp
        ? services.AddSingleton<ICollectedRuntime, CollectedRuntime>().AddHostedService<RestCollector>()
        : services;

    private static IServiceCollection AddGrpcFace(this IServiceCollection services)
    {
        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = MaxMessageSize;
            grpc.MaxSendMessageSize = MaxMessageSize;
        });
        return services.AddSingleton<HealthState>().AddSingleton<HealthService>()
            .AddSingleton<ReflectionIndex>().AddSingleton<ReflectionService>().AddSingleton<ReflectionAlphaService>()
            .AddSingleton<LargeRequests>().AddSingleton<IdentityService>().AddSingleton<AdminService>();
    }

    private static IServiceCollection AddApps(this IServiceCollection services, IReadOnlyList<AppOptions> apps, IReadOnlyList<string> keys) => services
        .AddSingleton(new AppCatalog([.. apps.Select(a => a.ToApp())]))
        .AddSingleton(new AppKeys(apps.ToDictionary(a => new AppId(a.Id), a => a.ReadSecret()), keys))
        .AddSingleton<IContactDigests, ContactDigests>();

    private static IServiceCollection AddResolution(this IServiceCollection services) => services
        .AddSingleton<ContactResolver>()
        .AddSingleton<IdConverter>()
        .AddSingleton<RefreshAhead<ContactLane, Contact>>()
        .AddSingleton<RefreshAhead<IdLane, PersonId>>()
        .AddSingleton<ContactReader>()
        .AddSingleton<PersonReader>();

    // Without Redis, nothing of it is there.
    private static IServiceCollection AddSharing(this IServiceCollection services, RedisOptions options) =>
        options.Configuration is null ? services : services.AddRedis(options);

    private static IServiceCollection AddCaching(this IServiceCollection services, CacheOptions options)
    {
        services.TryAddSingleton<ISharedClock, LocalClock>();
        services.TryAddSingleton<ISharedCache, NoSharedCache>();
        services.TryAddSingleton<ISharedListings, NoSharedListings>();
        return services.AddMemory(options);
    }

    private static IServiceCollection AddMemory(this IServiceCollection services, CacheOptions options) => services
        .AddSingleton(options)
        .AddSingleton<Lifetimes>()
        .AddSingleton<MemoryWatermarks>(s => new(s.GetRequiredService<ISharedClock>()))
        .AddSingleton<IWatermarks>(s => s.GetRequiredService<MemoryWatermarks>())
        .AddSingleton<Validity>()
        .AddSingleton<IIdentityCache, MemoryIdentityCache>()
        .AddSingleton<CacheMetrics>();

    private static IServiceCollection AddBatching(this IServiceCollection services, ServerOptions options, IReadOnlyList<AppOptions> apps) => services
        .AddSingleton<CoreMetrics>()
        // The handlers have taken the margin off the caller's deadline already; and no answer is shared for longer than it is fresh.
        .AddSingleton(options.Batching with { DeadlineMargin = TimeSpan.Zero, RememberAnswersFor = options.RememberAnswersFor })
        .AddSingleton<ILookup, PackedLookup>()
        .AddSingleton(options.Budget with { Limits = [.. apps.SelectMany(a => a.ToLimits())] })
        .AddBudget(options.Redis);

    // In both cases the container disposes of it; with Redis, others hear that this replica ends.
    private static IServiceCollection AddBudget(this IServiceCollection services, RedisOptions redis) => redis.Configuration is null
        ? services.AddSingleton<IBudget, LocalBudget>()
        : services.AddSingleton<SharedBudgetMetrics>().AddSingleton<IBudget>(s => new ReplicaBudget(
            s.GetRequiredService<ISharedBudget>(), s.GetRequiredService<BudgetOptions>(), s.GetRequiredService<AppCatalog>().Scopes,
            s.GetRequiredService<TimeProvider>(), s.GetRequiredService<CoreMetrics>(), s.GetRequiredService<SharedBudgetMetrics>(),
            s.GetRequiredService<ILogger<ReplicaBudget>>()));

    private static IServiceCollection AddChanges(this IServiceCollection services, ChangesOptions options, IReadOnlyList<AppOptions> apps) => services
        .AddSingleton(options)
        .AddBus(options)
        .AddSingleton(new EventReaders(apps.Select(a => a.ToEventSource()).OfType<EventSource>()))
        .AddSingleton<ChangeWatcher>()
        .AddSingleton<ChangeCursorCodec>()
        .AddSingleton<EventEndpoint>()
        .AddSingleton<EventTelemetry>()
        .AddSingleton<EventArrivals>()
        .AddSingleton<ChangeMaker>()
        .AddSingleton<ChangeIntake>();

    // With Redis, there is one for all replicas.
    private static IServiceCollection AddBus(this IServiceCollection services, ChangesOptions options)
    {
        services.TryAddSingleton<IChangeBus>(s => new LocalChangeBus(s.GetRequiredService<ISharedClock>(), options.Kept));
        return services;
    }

    private static IServiceCollection AddMembers(this IServiceCollection services, MembersOptions options) => services
        .AddSingleton(options)
        .AddSingleton<MemberStreamer>()
        .AddSingleton<CursorCodec>()
        .AddSingleton<MemberWalk>();
}
