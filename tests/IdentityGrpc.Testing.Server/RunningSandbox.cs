using IdentityGrpc.Sandbox;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace IdentityGrpc.Testing.Server;

/// <summary>The sandbox alone, on a port of its own that it keeps: it can be stopped and started again while services are attached.</summary>
public sealed class RunningSandbox : IAsyncDisposable
{
    private readonly Dictionary<string, string?> _settings;
    private WebApplication? _sandbox;

    private RunningSandbox(IEnumerable<string> settings) =>
        _settings = settings.Select(s => s.Split('=', 2)).ToDictionary(s => "Sandbox:" + s[0], s => (string?)s[1]);

    /// <summary>Where it listens; the same over restarts.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>What it knows.</summary>
    public SandboxTruth Truth { get; private set; } = null!;

    /// <summary>Starts it on a free loopback port.</summary>
    /// <param name="settings">Settings below <c>IdentityGrpc:Sandbox</c>, such as <c>Users=1000</c>.</param>
    public static async Task<RunningSandbox> StartAsync(params string[] settings)
    {
        var sandbox = new RunningSandbox(["Listen=http://127.0.0.1:0", .. settings]);
        await sandbox.StartAgainAsync();
        sandbox.Url = new Uri(sandbox._sandbox!.Urls.Single());
        sandbox._settings["Sandbox:Listen"] = sandbox.Url.GetLeftPart(UriPartial.Authority);
        sandbox.Truth = new(sandbox.Url);
        await RunRecord.OfProcess.KnowAsync(sandbox.Truth);
        return sandbox;
    }

    /// <summary>Ends it: connections are refused.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _sandbox, null) is not { } running) return;
        await running.StopAsync();
        await running.DisposeAsync();
    }

    /// <summary>Starts it again with the same people, ids and secrets, and with nothing that happened before.</summary>
    public async Task StartAgainAsync()
    {
        if (_sandbox is not null) return;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(_settings).Build();
        var sandbox = SandboxApplication.Create(configuration.GetSection("Sandbox"));
        await sandbox.StartAsync();
        _sandbox = sandbox;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Truth.Dispose();
        await StopAsync();
    }
}
