using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Feishu;

namespace IdentityGrpc.Server.Configuration;

/// <summary>What configured apps mean to the domain.</summary>
internal static class AppOptionsExtensions
{
    /// <summary>The app as the domain knows it. Without a provider it is alone: its own id stands for one.</summary>
    public static App ToApp(this AppOptions app) => new(app.Name, new(app.Id), new(app.Provider ?? app.Id), [.. app.TenantKeys.Select(k => new TenantKey(k))]);

    /// <summary>The app as the platform's client knows it.</summary>
    public static FeishuApp ToFeishuApp(this AppOptions app) => new(app.ToApp(), app.Kind == "store" ? AppKind.Store : AppKind.Custom,
        new Uri(app.BaseUrl), new AppSecret(app.ReadSecret()));

    /// <summary>What the platform granted to the app, where that is not what it grants to all.</summary>
    public static IEnumerable<LimitOverride> ToLimits(this AppOptions app) =>
        app.Limits is { } limits ? [new(new(app.Id), null, new(limits.PerSecond, limits.PerMinute))] : [];

    /// <summary>The secret, from the configuration or its file.</summary>
    public static string ReadSecret(this AppOptions app) => app.Secret ?? File.ReadAllText(app.SecretFile!).Trim();
}
