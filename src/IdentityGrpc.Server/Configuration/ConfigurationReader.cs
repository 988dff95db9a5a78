using IdentityGrpc.Core.Batching;
using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Members;
using IdentityGrpc.Feishu;
using IdentityGrpc.Redis;
using IdentityGrpc.Sandbox;
using Microsoft.Extensions.Options;

namespace IdentityGrpc.Server.Configuration;

/// <summary>Reads the configuration and gathers every mistake in it, so that all are reported together.</summary>
internal static class ConfigurationReader
{
    /// <summary>The section of the service.</summary>
    public const string Section = "IdentityGrpc";

    /// <exception cref="OptionsValidationException">Something is wrong; all of it is named.</exception>
    public static ServerOptions Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        var mistakes = new List<string>();
        var known = typeof(ServerOptions).GetProperties().Select(p => p.Name).ToArray();
        foreach (var child in section.GetChildren().Where(c => !known.Contains(c.Key, StringComparer.OrdinalIgnoreCase)))
        {
            mistakes.Add($"{child.Path}: there is no such setting; allowed are {string.Join(", ", known)}.");
        }
        var options = new ServerOptions
        {
            Listen = Bind<ListenOptions>(section.GetSection(nameof(ServerOptions.Listen)), mistakes),
            // The sandbox has keys of its own here, which it reads itself.
            Sandbox = Bind<SandboxOptions>(section.GetSection(nameof(ServerOptions.Sandbox)), mistakes, strict: false),
            Apps = [.. section.GetSection(nameof(ServerOptions.Apps)).GetChildren().Select(c => Bind<AppOptions>(c, mistakes))],
            Cache = Bind<CacheOptions>(section.GetSection(nameof(ServerOptions.Cache)), mistakes),
            Batching = Bind<BatchingOptions>(section.GetSection(nameof(ServerOptions.Batching)), mistakes),
            Budget = Bind<BudgetOptions>(section.GetSection(nameof(ServerOptions.Budget)), mistakes),
            Upstream = Bind<FeishuOptions>(section.GetSection(nameof(ServerOptions.Upstream)), mistakes),
            Redis = Bind<RedisOptions>(section.GetSection(nameof(ServerOptions.Redis)), mistakes),
            Keys = [.. section.GetSection(nameof(ServerOptions.Keys)).GetChildren().Select(c => c.Value ?? "")],
            Members = Bind<MembersOptions>(section.GetSection(nameof(ServerOptions.Members)), mistakes),
            Admin = Bind<AdminOptions>(section.GetSection(nameof(ServerOptions.Admin)), mistakes),
            Changes = Bind<ChangesOptions>(section.GetSection(nameof(ServerOptions.Changes)), mistakes),
        };
        if (section["ShutdownGrace"] is { } grace)
        {
            if (TimeSpan.TryParse(grace, System.Globalization.CultureInfo.InvariantCulture, out var span)) options = options with { ShutdownGrace = span };
            else mistakes.Add($"{Section}:ShutdownGrace: is no time span such as 00:00:25.");
        }
        bool hasApps = section.GetSection(nameof(ServerOptions.Apps)).Exists();
        ServerOptionsValidator.Validate(options, hasApps, mistakes);
        bool isEmbedded = !hasApps && options.Sandbox is { Attach: null, Enabled: not false };
        if (isEmbedded) mistakes.AddRange(SandboxApplication.FindMistakes(section.GetSection(nameof(ServerOptions.Sandbox))));
        return mistakes.Count == 0 ? options : throw new OptionsValidationException(Section, typeof(ServerOptions), mistakes);
    }

    private static T Bind<T>(IConfigurationSection section, List<string> mistakes, bool strict = true) where T : class, new()
    {
        try
        {
            return section.Get<T>(o => o.ErrorOnUnknownConfiguration = strict) ?? new T();
        }
        catch (InvalidOperationException e)
        {
            // The binder names the key and never its value.
            mistakes.Add($"{section.Path}: {e.Message}");
            return new T();
        }
    }
}
