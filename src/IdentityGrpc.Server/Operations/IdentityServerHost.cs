using System.Diagnostics.CodeAnalysis;
using Grpc.Health.V1;
using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Sandbox;
using IdentityGrpc.Server.Configuration;
using IdentityGrpc.Server.Events;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace IdentityGrpc.Server.Operations;

/// <summary>The running service: its listeners and, where no real app is configured, the simulator beside it.</summary>
public sealed class IdentityServerHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly WebApplication? _sandbox;

    private IdentityServerHost(WebApplication app, WebApplication? sandbox, Uri? sandboxUrl)
    {
        _app = app;
        _sandbox = sandbox;
        SandboxUrl = sandboxUrl;
    }

    /// <summary>Where gRPC is served.</summary>
    public Uri GrpcUrl => new(_app.Urls.First());

    /// <summary>Where HTTP is served.</summary>
    public Uri HttpUrl => new(_app.Urls.Last());

    /// <summary>Where the simulator is served; null with real apps.</summary>
    public Uri? SandboxUrl { get; }

    /// <summary>The services, for tests.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Starts everything.</summary>
    /// <param name="args">Command-line settings, such as <c>--IdentityGrpc:Listen:Grpc=http://127.0.0.1:0</c>.</param>
    /// <param name="configure">Last changes to the builder, for tests.</param>
    /// <param name="cancellationToken">Gives up the start.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The configuration has mistakes; all are named.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The host owns both applications and disposes of them.")]
    public static async Task<IdentityServerHost> StartAsync(string[] args, Action<WebApplicationBuilder>? configure = null, CancellationToken cancellationToken = default)
    {
        var builder = WebApplication.CreateBuilder(args);
        configure?.Invoke(builder);
        var options = ConfigurationReader.Read(builder.Configuration);
        var (sandbox, sandboxUrl) = await StartSandboxAsync(options, builder.Configuration, cancellationToken);
        var apps = sandboxUrl is null ? options.Apps : await SandboxApps.ReadAsync(sandboxUrl, options.Sandbox.Events, cancellationToken);

        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("IdentityGrpc", LogLevel.Information);
        builder.Logging.AddSimpleConsole(c => c.SingleLine = true);
        builder.WebHost.ConfigureKestrel(k => Listen(k, options.Listen));
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = options.ShutdownGrace);
        builder.Services.AddIdentityService(options, apps);
        var app = builder.Build();
        app.MapIdentityService();
        // Before the first call: it may have to find Redis and its other replicas.
        app.Services.GetRequiredService<IBudget>();
        await app.StartAsync(cancellationToken);
        if (sandboxUrl is not null) await SandboxEvents.SubscribeAsync(sandboxUrl, new Uri(app.Urls.Last()), apps, app.Logger, cancellationToken);
        app.Services.GetRequiredService<HealthState>().Set(ServingStatus.Serving, V1.IdentityService.Descriptor.FullName, Health.Descriptor.FullName);
        return new(app, sandbox, sandboxUrl);
    }

    /// <summary>Ends when the process is told to stop, after calls have finished or the grace time has passed.</summary>
    public Task WaitForShutdownAsync() => _app.WaitForShutdownAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        if (_sandbox is not null) await _sandbox.DisposeAsync();
    }

    private static async Task<(WebApplication? Sandbox, Uri? Url)> StartSandboxAsync(ServerOptions options, ConfigurationManager configuration, CancellationToken cancellationToken)
    {
        if (options.Apps.Count > 0) return default;
        if (options.Sandbox.Attach is { } url) return (null, new Uri(url));
        var sandbox = SandboxApplication.Create(configuration.GetSection($"{ConfigurationReader.Section}:Sandbox"));
        await sandbox.StartAsync(cancellationToken);
        return (sandbox, new Uri(sandbox.Urls.First()));
    }

    private static void Listen(KestrelServerOptions kestrel, Configuration.ListenOptions listen)
    {
        // gRPC without TLS takes HTTP/2 from the first byte, which the other listener's callers do not speak.
        kestrel.Listen(ServerOptionsValidator.EndPointOf(listen.Grpc)!, e => e.Protocols = HttpProtocols.Http2);
        kestrel.Listen(ServerOptionsValidator.EndPointOf(listen.Http)!, e => e.Protocols = HttpProtocols.Http1);
        kestrel.Limits.Http2.MaxStreamsPerConnection = 1_000;
        kestrel.AddServerHeader = false;
    }
}
