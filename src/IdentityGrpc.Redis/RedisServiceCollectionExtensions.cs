using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Members;
using IdentityGrpc.Redis.Budgets;
using IdentityGrpc.Redis.Caching;
using IdentityGrpc.Redis.Changes;
using IdentityGrpc.Redis.Members;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IdentityGrpc.Redis;

/// <summary>Adds what the service shares with its other replicas.</summary>
public static class RedisServiceCollectionExtensions
{
    /// <summary>Adds the one connection that everything in Redis goes through, and what goes through it: the clock, changes, the cache, the budget.</summary>
    /// <param name="services">They hold the clock, the apps, lifetimes, watermarks and the options of the budget.</param>
    /// <param name="options">Where Redis is; with a connection string.</param>
    /// <exception cref="ArgumentException">An option is out of its bounds, or there is no connection string.</exception>
    public static IServiceCollection AddRedis(this IServiceCollection services, RedisOptions options)
    {
        options.ThrowIfUnusable();
        return services
            .AddSingleton(options)
            .AddSingleton(s => new RedisConnection(options, s.GetRequiredService<TimeProvider>()))
            .AddSingleton(new RedisKeys(options.KeyPrefix))
            .AddChanges()
            .AddSharedCache()
            .AddSingleton<ISharedBudget>(s => new RedisSharedBudget(s.GetRequiredService<RedisConnection>(), options,
                s.GetRequiredService<BudgetOptions>(), s.GetRequiredService<TimeProvider>(), new Random()));
    }

    private static IServiceCollection AddChanges(this IServiceCollection services) => services
        .AddSingleton<RedisClock>()
        .AddSingleton<ISharedClock>(s => s.GetRequiredService<RedisClock>())
        .AddSingleton<ChangeProgress>()
        .AddSingleton<ChangeLog>()
        .AddSingleton<SharedEnds>()
        .AddSingleton<IChangeBus, RedisChangeBus>()
        .AddHostedService<ChangeFollower>();

    private static IServiceCollection AddSharedCache(this IServiceCollection services) => services
        .AddSingleton<SharedCacheMetrics>()
        .AddSingleton(s => new ReadBreaker(s.GetRequiredService<RedisConnection>(), s.GetRequiredService<RedisOptions>(),
            s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<ReadBreaker>>()))
        .AddSingleton<SharedReads>()
        .AddSingleton<SharedWrites>()
        .AddHostedService(s => s.GetRequiredService<SharedWrites>())
        .AddSingleton<ISharedCache, RedisSharedCache>()
        .AddSingleton<ISharedListings>(s => new RedisListings(OneByOne(s.GetRequiredService<RedisConnection>()), s.GetRequiredService<SharedReads>(),
            s.GetRequiredService<RedisConnection>(), s.GetRequiredService<RedisKeys>(), s.GetRequiredService<SharedCacheMetrics>()));

    // What is read one key at a time. Nobody disposes of it: it would take the connection along, which others still need.
    private static RedisCache OneByOne(RedisConnection connection) =>
        new(new RedisCacheOptions { ConnectionMultiplexerFactory = () => connection.MultiplexerAsync(CancellationToken.None) });
}
