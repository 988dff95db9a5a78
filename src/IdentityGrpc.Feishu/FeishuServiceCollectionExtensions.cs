using System.Diagnostics.Metrics;
using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Feishu.Http;
using IdentityGrpc.Feishu.Telemetry;
using IdentityGrpc.Feishu.Tokens;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace IdentityGrpc.Feishu;

/// <summary>Adds the platform's client.</summary>
public static class FeishuServiceCollectionExtensions
{
    /// <summary>Adds <see cref="IDirectory"/> over the platform's HTTP API, with <see cref="ITenantTokens"/> and <see cref="IAppTickets"/>.</summary>
    /// <param name="services">Must hold an <see cref="IBudget"/> and logging. A <see cref="TimeProvider"/>, an <see cref="IMeterFactory"/> and a <see cref="Random"/> are used where they are there.</param>
    /// <param name="apps">The apps; asked for once, when the client is first used.</param>
    /// <param name="options">How to call; null: the defaults.</param>
    /// <remarks>Misconfigured apps or options make the first use throw an <see cref="ArgumentException"/> that names every mistake.</remarks>
    public static IServiceCollection AddFeishuDirectory(this IServiceCollection services,
        Func<IServiceProvider, IReadOnlyList<FeishuApp>> apps, Func<IServiceProvider, FeishuOptions>? options = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IAppTickets, AppTickets>();
        services.TryAddSingleton<ITenantTokens, TenantTokens>();
        return services
            .AddSingleton(provider => Validated(options?.Invoke(provider) ?? new()))
            .AddSingleton<FeishuTelemetry>().AddSingleton<Transport>().AddSingleton<ReplyJudge>().AddSingleton<Jitter>().AddSingleton<Retrying>()
            .AddSingleton(provider => new FeishuApps(apps(provider),
                app => ActivatorUtilities.CreateInstance<AppChannel>(provider, app), provider.GetRequiredService<FeishuTelemetry>()))
            .AddSingleton<IBreakers, Breakers>()
            .AddSingleton<TokenEndpoint>().AddSingleton<StoreAppTokens>().AddSingleton<ApiCaller>()
            .AddSingleton<IDirectory>(provider => new FeishuDirectory(provider.GetRequiredService<ApiCaller>()));
    }

    /// <inheritdoc cref="AddFeishuDirectory(IServiceCollection, Func{IServiceProvider, IReadOnlyList{FeishuApp}}, Func{IServiceProvider, FeishuOptions}?)"/>
    public static IServiceCollection AddFeishuDirectory(this IServiceCollection services, IReadOnlyList<FeishuApp> apps, FeishuOptions? options = null) =>
        services.AddFeishuDirectory(_ => apps, _ => options ?? new());

    private static FeishuOptions Validated(FeishuOptions options) => options.Problems() is { Count: > 0 } problems
        ? throw new ArgumentException(string.Join(' ', problems), nameof(options))
        : options;
}
