using IdentityGrpc.Testing.Server;

namespace IdentityGrpc.Chaos;

/// <summary>A sandbox, and fresh services attached to it, one after another: nothing of one trial is left in the next.</summary>
internal sealed class Bed : IAsyncDisposable
{
    /// <summary>The app that asks.</summary>
    public const string App = "default";

    /// <summary>The API that gives tokens.</summary>
    public const string TokenApi = "POST /open-apis/auth/v3/tenant_access_token/internal";

    /// <summary>How long a caller waits.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Times shorter than the defaults, so that the trials take a minute and not ten.</summary>
    private static readonly string[] s_short =
    [
        "Upstream:TryTimeout=00:00:01", "Upstream:RetryDelay=00:00:00.02", "Upstream:ThrottlePause=00:00:00.1",
        "Upstream:BreakerPause=00:00:00.5", "Upstream:TokenFailurePause=00:00:00.05",
    ];

    private readonly IReadOnlyList<string> _settings;

    private Bed(RunningSandbox sandbox, People people, IReadOnlyList<string> settings) => (Sandbox, People, _settings) = (sandbox, people, settings);

    public RunningSandbox Sandbox { get; }

    public People People { get; }

    /// <summary>Starts a sandbox with three departments and the root and limits that no trial meets.</summary>
    /// <param name="settings">Settings of the services, over the short times.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<Bed> StartAsync(IReadOnlyList<string> settings, CancellationToken cancellation)
    {
        var sandbox = await RunningSandbox.StartAsync("Users=200", "Departments=3", "PerSecond=5000", "PerMinute=200000");
        try
        {
            return new(sandbox, await People.ReadAsync(sandbox.Truth, cancellation), settings);
        }
        catch
        {
            await sandbox.DisposeAsync();
            throw;
        }
    }

    /// <summary>A service that knows nothing yet.</summary>
    public Task<RunningServer> ServeAsync(params IEnumerable<string> settings) =>
        RunningServer.StartAsync([$"Sandbox:Attach={Sandbox.Url}", .. s_short, .. settings, .. _settings]);

    /// <summary>Takes all faults and counts back, and says whether the sandbox names ids of other apps.</summary>
    public async Task ResetAsync(bool namesIdsOfOtherApps, CancellationToken cancellation)
    {
        await Sandbox.StartAgainAsync();
        await SendAsync(HttpMethod.Delete, "faults", null, cancellation);
        await SendAsync(HttpMethod.Put, "switches", new Dictionary<string, string> { ["CrossAppIds"] = namesIdsOfOtherApps ? "named" : "unnamed" }, cancellation);
        await ForgetCallsAsync(cancellation);
    }

    /// <summary>Adds a fault.</summary>
    public Task FaultAsync(IReadOnlyDictionary<string, object> fault, CancellationToken cancellation) => SendAsync(HttpMethod.Put, "faults", fault, cancellation);

    /// <summary>Takes all faults back.</summary>
    public Task HealAsync(CancellationToken cancellation) => SendAsync(HttpMethod.Delete, "faults", null, cancellation);

    /// <summary>Ends all tokens of the app before their time.</summary>
    public Task EndTokensAsync(CancellationToken cancellation) => SendAsync(HttpMethod.Delete, $"tokens?app={App}", null, cancellation);

    /// <summary>Begins to count anew.</summary>
    public Task ForgetCallsAsync(CancellationToken cancellation) => SendAsync(HttpMethod.Delete, "stats", null, cancellation);

    /// <summary>The calls that reached the sandbox since.</summary>
    public async Task<Calls> CallsAsync(CancellationToken cancellation)
    {
        var calls = (await Sandbox.Truth.CallsAsync(cancellation)).Where(c => c.App == App).ToList();
        return new(calls.Where(c => c.Api != TokenApi).GroupBy(c => c.Api).ToDictionary(c => c.Key, c => c.Sum(a => a.Calls)),
            calls.Where(c => c.Api == TokenApi).Sum(c => c.Calls));
    }

    public ValueTask DisposeAsync() => Sandbox.DisposeAsync();

    private async Task SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellation) => await Sandbox.Truth.SendAsync(method, path, body, cancellation);
}

/// <summary>Calls that reached the sandbox.</summary>
/// <param name="ByApi">Those for data.</param>
/// <param name="Tokens">Those for tokens.</param>
internal sealed record Calls(IReadOnlyDictionary<string, long> ByApi, long Tokens)
{
    public static Calls None { get; } = new(new Dictionary<string, long>(), 0);

    /// <summary>All those for data.</summary>
    public long Data => ByApi.Values.Sum();

    public long Of(string api) => ByApi.GetValueOrDefault(api);
}
