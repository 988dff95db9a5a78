using System.Net;
using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Caching;

namespace IdentityGrpc.Server.Configuration;

/// <summary>Says what is wrong with settings, and what is allowed.</summary>
internal static class ServerOptionsValidator
{
    private const int ShortestKey = 32, MostKeys = 4;

    /// <summary>Adds all mistakes.</summary>
    /// <param name="options">What was read.</param>
    /// <param name="hasAppsSection">Whether the configuration names apps, if only wrongly: then no sandbox takes their place.</param>
    /// <param name="mistakes">Where mistakes go.</param>
    public static void Validate(ServerOptions options, bool hasAppsSection, List<string> mistakes)
    {
        CheckListener("Listen:Grpc", options.Listen.Grpc, mistakes);
        CheckListener("Listen:Http", options.Listen.Http, mistakes);
        CheckSpan("ShutdownGrace", options.ShutdownGrace, TimeSpan.FromMinutes(10), mistakes);
        CheckCache(options.Cache, mistakes);
        mistakes.AddRange(options.Batching.Problems().Select(p => $"Batching: {p}"));
        mistakes.AddRange(options.Budget.Problems().Select(p => $"Budget: {p}"));
        mistakes.AddRange(options.Upstream.Problems().Select(p => $"Upstream: {p}"));
        mistakes.AddRange(options.Redis.Problems().Select(p => $"Redis: {p}"));
        CheckKeys(options.Keys, mistakes);
        mistakes.AddRange(options.Members.Problems().Select(p => $"Members: {p}"));
        mistakes.AddRange(options.Changes.Problems().Select(p => $"Changes: {p}"));
        CheckSandbox(options, hasAppsSection, mistakes);
        if (hasAppsSection && options.Apps.Count == 0) mistakes.Add("Apps: is there and names no app; write Apps:0:Name and so on.");
        for (int i = 0; i < options.Apps.Count; i++) CheckApp($"Apps:{i}", options.Apps[i], mistakes);
        CheckUnique("Name", options.Apps.Select(a => a.Name), mistakes);
        CheckUnique("Id", options.Apps.Select(a => a.Id), mistakes);
    }

    /// <summary>The address and port of a listener; null where the URL is not of the form <c>http://address:port</c>.</summary>
    public static IPEndPoint? EndPointOf(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri is { Scheme: "http", PathAndQuery: "/" }
            ? uri.Host is "localhost" ? new(IPAddress.Loopback, uri.Port)
            : IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) ? new(address, uri.Port) : null
            : null;

    private static void CheckListener(string key, string url, List<string> mistakes)
    {
        if (EndPointOf(url) is null) mistakes.Add($"{key}: must be http://ADDRESS:PORT with an IP address or localhost, such as http://127.0.0.1:50051.");
    }

    private static void CheckKeys(IReadOnlyList<string> keys, List<string> mistakes)
    {
        for (int i = 0; i < keys.Count; i++)
        {
            if (keys[i].Length < ShortestKey) mistakes.Add($"Keys:{i}: must have at least {ShortestKey} characters, such as `openssl rand -base64 32` prints.");
        }
        if (keys.Distinct().Count() < keys.Count) mistakes.Add("Keys: the same key stands there twice.");
        if (keys.Count > MostKeys) mistakes.Add($"Keys: at most {MostKeys}, the current one first.");
    }

    private static void CheckSandbox(ServerOptions options, bool hasAppsSection, List<string> mistakes)
    {
        var sandbox = options.Sandbox;
        if (sandbox.Attach is { } url && !IsHttpUrl(url)) mistakes.Add("Sandbox:Attach: must be an absolute http URL.");
        if (sandbox.Attach is not null && sandbox.Enabled == true) mistakes.Add("Sandbox:Attach: goes without Sandbox:Enabled; a sandbox is either attached or embedded.");
        if (hasAppsSection)
        {
            if (sandbox.Attach is not null || sandbox.Enabled == true) mistakes.Add("Sandbox: goes without Apps; made-up and real people are never mixed.");
            return;
        }
        if (sandbox is { Attach: null, Enabled: false }) mistakes.Add("Apps: is required where Sandbox:Enabled is false.");
        bool isLocal = IsLoopback(options.Listen.Grpc) && IsLoopback(options.Listen.Http);
        if (sandbox is { Attach: null, Enabled: null } && !isLocal)
        {
            mistakes.Add("Apps: is required, since the service listens beyond loopback; for made-up people there say so with Sandbox:Enabled=true.");
        }
    }

    private static void CheckApp(string key, AppOptions app, List<string> mistakes)
    {
        if (app.Name.Length == 0) mistakes.Add($"{key}:Name: is required.");
        if (!app.Id.StartsWith("cli_", StringComparison.Ordinal)) mistakes.Add($"{key}:Id: is required and begins with cli_.");
        if (app.Kind is not ("custom" or "store")) mistakes.Add($"{key}:Kind: must be custom or store.");
        if (!IsHttpUrl(app.BaseUrl)) mistakes.Add($"{key}:BaseUrl: must be an absolute http or https URL.");
        if (string.IsNullOrWhiteSpace(app.Secret) == string.IsNullOrWhiteSpace(app.SecretFile)) mistakes.Add($"{key}: exactly one of Secret and SecretFile is required.");
        else if (app.SecretFile is { } file && !File.Exists(file)) mistakes.Add($"{key}:SecretFile: there is no such file.");
        if (app.TenantKeys.Count == 0 || app.TenantKeys.Any(string.IsNullOrWhiteSpace)) mistakes.Add($"{key}:TenantKeys: at least one tenant_key is required, and none may be empty.");
        if (app.Limits is { } limits) mistakes.AddRange(new RateLimit(limits.PerSecond, limits.PerMinute).Problems().Select(p => $"{key}:Limits: {p}"));
        EventSettings.Check(key, app, mistakes);
        if (app.Kind == "custom" && app.TenantKeys.Count > 1) mistakes.Add($"{key}:TenantKeys: a custom app is installed in exactly one tenant.");
    }

    private static void CheckCache(CacheOptions cache, List<string> mistakes)
    {
        CheckSpan("Cache:IdsFor", cache.IdsFor, TimeSpan.FromDays(7), mistakes);
        CheckSpan("Cache:IdsForWithEvents", cache.IdsForWithEvents, TimeSpan.FromDays(7), mistakes);
        CheckSpan("Cache:UserIdFor", cache.UserIdFor, TimeSpan.FromDays(1), mistakes);
        CheckSpan("Cache:ContactFor", cache.ContactFor, TimeSpan.FromDays(1), mistakes);
        CheckSpan("Cache:NegativeFor", cache.NegativeFor, TimeSpan.FromHours(1), mistakes);
        CheckSpan("Cache:DepartmentsFor", cache.DepartmentsFor, TimeSpan.FromDays(1), mistakes);
        CheckSpan("Cache:StaleFor", cache.StaleFor, TimeSpan.FromDays(1), mistakes);
        if (cache.RefreshAheadAt is not (0 or (>= 0.1 and <= 0.99))) mistakes.Add("Cache:RefreshAheadAt: must be 0.1 to 0.99, or 0 for never.");
        if (cache.MaxBytes is < 1L << 20 or > 64L << 30) mistakes.Add("Cache:MaxBytes: must be 1 MiB to 64 GiB, in bytes.");
    }

    private static void CheckSpan(string key, TimeSpan value, TimeSpan max, List<string> mistakes)
    {
        if (value < TimeSpan.Zero || value > max) mistakes.Add($"{key}: must be between 0 and {max}.");
    }

    private static void CheckUnique(string key, IEnumerable<string> values, List<string> mistakes)
    {
        foreach (var group in values.Where(v => v.Length > 0).GroupBy(v => v).Where(g => g.Count() > 1))
        {
            mistakes.Add($"Apps: {group.Count()} apps have the {key} {group.Key}.");
        }
    }

    /// <summary>Whether operators are served.</summary>
    public static bool ServesAdmin(ServerOptions options) => options.Admin.Enabled ?? (options.Apps.Count == 0 && IsLoopback(options.Listen.Grpc));

    private static bool IsLoopback(string url) => EndPointOf(url) is not { } endPoint || IPAddress.IsLoopback(endPoint.Address);

    private static bool IsHttpUrl(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https", Host.Length: > 0 };
}
