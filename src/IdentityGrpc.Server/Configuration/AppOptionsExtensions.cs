using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Server.Configuration;

/// <summary>What configured apps mean to the domain.</summary>
internal static class AppOptionsExtensions
{
    /// <summary>The app as the domain knows it. Without a provider it is alone: its own id stands for one.</summary>
    public static App ToApp(this AppOptions app) => new(app.Name, new(app.Id), new(app.Provider ?? app.Id), [.. app.TenantKeys.Select(k => new TenantKey(k))]);

    /// <summary>The secret, from the configuration or its file.</summary>
    public static string ReadSecret(this AppOptions app) => app.Secret ?? File.ReadAllText(app.SecretFile!).Trim();
}
