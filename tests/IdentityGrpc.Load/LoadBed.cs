using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Load;

/// <summary>A sandbox and replicas of the service as processes.</summary>
internal sealed class LoadBed : IAsyncDisposable
{
    private readonly List<ServerProcess> _servers = [];
    private readonly List<GrpcChannel> _channels = [];

    private LoadBed(SandboxProcess sandbox, IReadOnlyDictionary<string, string> settings)
    {
        Sandbox = sandbox;
        Settings = settings;
        Truth = new(sandbox.Url);
        People = new(sandbox.Url);
    }

    public SandboxProcess Sandbox { get; }

    public SandboxTruth Truth { get; }

    public People People { get; }

    public IReadOnlyList<ServerProcess> Servers => _servers;

    private IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>Starts a sandbox with so many people and limits, and replicas that take its apps.</summary>
    public static async Task<LoadBed> StartAsync(int users, int perSecond, int perMinute, int replicas = 1, string? redis = null, int youngMiB = 0, CancellationToken cancellationToken = default)
    {
        var runtime = new Dictionary<string, string>();
        if (youngMiB > 0)
        {
            runtime["DOTNET_GCgen0size"] = runtime["DOTNET_GCGen0MaxBudget"] = $"{(long)youngMiB << 20:x}";
            runtime["DOTNET_gcConcurrent"] = "0";
            runtime["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0";
        }
        var sandbox = await SandboxProcess.StartAsync(new Dictionary<string, string>(runtime)
        {
            ["IdentityGrpc__Sandbox__Users"] = Text(users),
            ["IdentityGrpc__Sandbox__PerSecond"] = Text(perSecond),
            ["IdentityGrpc__Sandbox__PerMinute"] = Text(perMinute),
        }, cancellationToken);
        var settings = new Dictionary<string, string>(runtime) { ["IdentityGrpc__Sandbox__Attach"] = sandbox.Url.ToString() };
        if (redis is not null) settings["IdentityGrpc__Redis__Configuration"] = redis;
        var bed = new LoadBed(sandbox, settings);
        for (int i = 0; i < replicas; i++) await bed.AddReplicaAsync(cancellationToken);
        return bed;
    }

    public async Task<ServerProcess> AddReplicaAsync(CancellationToken cancellationToken = default)
    {
        var server = await ServerProcess.StartAsync(Settings, cancellationToken);
        _servers.Add(server);
        return server;
    }

    /// <summary>A client of a replica over a connection of its own.</summary>
    public V1.IdentityService.IdentityServiceClient Client(int replica = 0) => new(Invoker(replica));

    /// <summary>What calls a replica over a connection of its own.</summary>
    public CallInvoker Invoker(int replica)
    {
        var channel = GrpcChannel.ForAddress(_servers[replica].GrpcUrl, new() { HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true } });
        lock (_channels) _channels.Add(channel);
        return channel.CreateCallInvoker();
    }

    /// <summary>What the sandbox counted of one API since the counts were last set to zero.</summary>
    public async Task<(long Calls, long Keys, long Throttled)> CallsAsync(string api, CancellationToken cancellationToken)
    {
        var rows = (await Truth.CallsAsync(cancellationToken)).Where(c => c.Api.EndsWith(api, StringComparison.Ordinal)).ToList();
        return (rows.Sum(r => r.Calls), rows.Sum(r => r.Keys), rows.Sum(r => r.Throttled));
    }

    public Task ForgetCallsAsync(CancellationToken cancellationToken) => Truth.SendAsync(HttpMethod.Delete, "stats", cancellationToken: cancellationToken);

    /// <summary>Makes every call of the sandbox take that long at least, as the real platform's do.</summary>
    public Task SlowDownAsync(int milliseconds, CancellationToken cancellationToken) =>
        Truth.SendAsync(HttpMethod.Put, "faults", new { kind = "latency", latency_ms = milliseconds, probability = 1.0 }, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels) channel.Dispose();
        foreach (var server in _servers) await server.Process.DisposeAsync();
        Truth.Dispose();
        People.Dispose();
        await Sandbox.DisposeAsync();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
