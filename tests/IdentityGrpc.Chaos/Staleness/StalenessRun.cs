using IdentityGrpc.Testing;
using IdentityGrpc.Testing.Server;

namespace IdentityGrpc.Chaos.Staleness;

/// <summary>How large a run is.</summary>
/// <param name="Lookups">How many keys are asked about.</param>
/// <param name="Swallow">Of how many changes the events are claimed delivered and are not: a fault that the run must find.</param>
/// <param name="Seed">What everything random is drawn from.</param>
internal sealed record StalenessPlan(int Lookups, int Swallow, int Seed)
{
    /// <summary>How many replicas: one alone runs without Redis.</summary>
    public int Replicas { get; init; } = 2;

    public int People { get; init; } = 300;

    public int Askers { get; init; } = 4;

    /// <summary>The pause between changes.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(10);

    public Post Post { get; init; } = new(Lost: 0.1, Twice: 0.1, MostDelay: TimeSpan.FromMilliseconds(300));
}

/// <summary>What a run showed.</summary>
internal sealed record StalenessResult(long Lookups, int Changes, (int Delivered, int Refused, int Swallowed) Events, IReadOnlyDictionary<string, long> Counts,
    IReadOnlyList<string> Violations, TimeSpan Took);

/// <summary>
/// Two replicas and a Redis under a directory that changes all the time, with events that come late, twice, out of turn
/// or never. Each answer must have been true at a moment within its lifetime, and not before a change that was known.
/// </summary>
internal static class StalenessRun
{
    private const string EncryptKey = "encrypt key of the run", Token = "token of the run";
    private static readonly string[] s_apps = ["default", "sibling"];

    public static async Task<StalenessResult> RunAsync(StalenessPlan plan, CancellationToken cancellation)
    {
        await using var redis = plan.Replicas > 1 ? await RedisServer.StartNewAsync(cancellation) : null;
        await using var sandbox = await RunningSandbox.StartAsync($"Users={plan.People}", "Departments=5", "PerSecond=5000", "PerMinute=300000");
        var apps = (await sandbox.Truth.AppsAsync(cancellation)).Where(a => s_apps.Contains(a.Name)).ToList();
        string tenant = apps[0].TenantKeys[0], provider = apps[0].Provider;
        string[] shared = redis is null ? [] : [$"Redis:Configuration={redis.ConnectionString}"];
        string[] settings = [.. Limits.Short.Settings, .. shared, .. apps.SelectMany((app, i) => SettingsOf(app, i, sandbox.Url))];
        await using var servers = await Replicas.StartAsync(plan.Replicas, settings);
        var replicas = servers.All;

        var world = await World.ReadAsync(sandbox.Truth, tenant, provider, cancellation);
        var upheaval = new Upheaval(world, sandbox.Truth, tenant, provider, plan.Pause, plan.Seed);
        await using var relay = new EventRelay(upheaval, replicas, plan.Post, plan.Swallow, plan.Seed + 1);
        await relay.StartAsync(cancellation);
        foreach (string app in s_apps)
        {
            await sandbox.Truth.SendAsync(HttpMethod.Put, $"subscriptions/{app}",
                new { url = new Uri(relay.Url, "/" + app).ToString(), encrypt_key = EncryptKey, token = Token, verify = false }, cancellation);
        }

        // A first replica has no budget for three seconds, and nothing that is not cached is stale.
        foreach (var replica in replicas)
        {
            foreach (string app in s_apps)
            {
                await replica.Server.Identity.ConvertIdAsync(new() { App = app, Ids = { world.People.Select(p => p.OpenIds[app]) } }, cancellationToken: cancellation);
            }
        }

        var tally = new Tally();
        var checker = new Checker(world, Limits.Short);
        var begun = Instant.Now;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var changing = upheaval.RunAsync(stop.Token);
        long left = plan.Lookups, asked = 0;
        await Task.WhenAll(Enumerable.Range(0, plan.Askers).Select(i => Task.Run(async () =>
        {
            var asker = new Asker(world, checker, replicas, s_apps, tally, plan.Seed + 10 + i);
            while (Interlocked.Read(ref asked) < left && !cancellation.IsCancellationRequested) Interlocked.Add(ref asked, await asker.AskAsync(cancellation));
        }, cancellation)));
        await stop.CancelAsync();
        await changing;
        var took = Instant.Now - begun;
        await relay.SettleAsync();
        await world.CompareAsync(sandbox.Truth, tenant, provider, cancellation);
        // Whom an answer named may have been joining: their ids are known by now.
        string[] violations = [.. tally.Doubts.Select(d => d.Judge() is { } wrong ? $"{d.Where}, app {d.Question?.App}: {wrong}" : null).OfType<string>()];
        return new(asked, upheaval.Changes, relay.Counts, tally.Counts, violations, took);
    }

    private static IEnumerable<string> SettingsOf(TrueApp app, int index, Uri sandbox) =>
    [
        $"Apps:{index}:Name={app.Name}", $"Apps:{index}:Id={app.AppId}", $"Apps:{index}:Secret={app.AppSecret}", $"Apps:{index}:Provider={app.Provider}",
        $"Apps:{index}:TenantKeys:0={app.TenantKeys[0]}", $"Apps:{index}:BaseUrl={sandbox}", $"Apps:{index}:Limits:PerSecond=5000", $"Apps:{index}:Limits:PerMinute=300000",
        $"Apps:{index}:EncryptKey={EncryptKey}", $"Apps:{index}:VerificationToken={Token}",
    ];
}
