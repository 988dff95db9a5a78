using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Redis.Budgets;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityGrpc.Redis;

/// <summary>Adds what the service shares with its other replicas.</summary>
public static class RedisServiceCollectionExtensions
{
    /// <summary>Adds the one connection that everything in Redis goes through, and what is kept there.</summary>
    /// <param name="services">They hold the clock and the options of the budget.</param>
    /// <param name="options">Where Redis is; with a connection string.</param>
    /// <exception cref="ArgumentException">An option is out of its bounds, or there is no connection string.</exception>
    public static IServiceCollection AddRedis(this IServiceCollection services, RedisOptions options)
    {
        options.ThrowIfUnusable();
        return services
            .AddSingleton(options)
            .AddSingleton(s => new RedisConnection(options, s.GetRequiredService<TimeProvider>()))
            .AddSingleton(new RedisKeys(options.KeyPrefix))
            .AddSingleton<ISharedBudget>(s => new RedisSharedBudget(s.GetRequiredService<RedisConnection>(), options,
                s.GetRequiredService<BudgetOptions>(), s.GetRequiredService<TimeProvider>(), new Random()));
    }
}
