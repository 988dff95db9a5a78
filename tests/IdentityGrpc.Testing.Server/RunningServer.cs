using Grpc.Net.Client;
using IdentityGrpc.Server.Operations;
using IdentityGrpc.V1;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IdentityGrpc.Testing.Server;

/// <summary>
/// The service inside the test process with real listeners on free loopback ports, and a channel to it with the client's
/// default limits. What it says goes into <see cref="RunRecord.OfProcess"/>.
/// </summary>
public sealed class RunningServer : IAsyncDisposable
{
    private readonly SandboxTruth? _truth;

    private RunningServer(IdentityServerHost host)
    {
        Host = host;
        Channel = GrpcChannel.ForAddress(host.GrpcUrl);
        Identity = new(Channel);
        _truth = host.SandboxUrl is { } url ? new SandboxTruth(url) : null;
    }

    /// <summary>The service.</summary>
    public IdentityServerHost Host { get; }

    /// <summary>A channel to it.</summary>
    public GrpcChannel Channel { get; }

    /// <summary>A client over <see cref="Channel"/>.</summary>
    public IdentityService.IdentityServiceClient Identity { get; }

    /// <summary>What its sandbox knows.</summary>
    public SandboxTruth Truth => _truth ?? throw new InvalidOperationException("The service runs without a sandbox.");

    /// <summary>Starts the service.</summary>
    /// <param name="settings">Settings below <c>IdentityGrpc</c>, such as <c>Sandbox:Users=1000</c>.</param>
    public static Task<RunningServer> StartAsync(params string[] settings) => StartAsync(TimeProvider.System, settings);

    /// <summary>Starts the service on a clock of the test's. Its sandbox, another program in all but name, stays on the system's.</summary>
    /// <param name="clock">The clock.</param>
    /// <param name="settings">Settings below <c>IdentityGrpc</c>.</param>
    public static async Task<RunningServer> StartAsync(TimeProvider clock, params string[] settings)
    {
        string[] all = ["Listen:Grpc=http://127.0.0.1:0", "Listen:Http=http://127.0.0.1:0", .. settings];
        // With apps of its own the service takes no setting of a sandbox.
        if (!settings.Any(s => s.StartsWith("Apps:", StringComparison.Ordinal))) all = [.. all, "Sandbox:Listen=http://127.0.0.1:0"];
        var server = new RunningServer(await IdentityServerHost.StartAsync([.. all.Select(s => "--IdentityGrpc:" + s)], builder =>
        {
            builder.Services.AddSingleton(clock);
            Record(builder.Logging);
        }));
        await server.KnowSecretsAsync();
        return server;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Once more: tests give people other contacts.
        await KnowSecretsAsync();
        Channel.Dispose();
        _truth?.Dispose();
        Host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await Host.WaitForShutdownAsync();
        await Host.DisposeAsync();
    }

    private async Task KnowSecretsAsync()
    {
        try
        {
            if (_truth is { } truth) await RunRecord.OfProcess.KnowAsync(truth);
        }
        catch (HttpRequestException)
        {
            // The test has ended the sandbox that the service was attached to; what it knew at the start is known.
        }
    }

    private static void Record(ILoggingBuilder logging) => logging
        .AddProvider(new RecordingLoggerProvider(RunRecord.OfProcess))
        .AddFilter<RecordingLoggerProvider>(null, LogLevel.Information)
        .AddFilter<RecordingLoggerProvider>("IdentityGrpc", LogLevel.Trace);
}
