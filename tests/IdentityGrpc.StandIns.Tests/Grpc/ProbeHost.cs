using System.Net;
using Grpc.AspNetCore.Server;
using Grpc.Net.Client;
using IdentityGrpc.StandIns.Tests.Probes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IdentityGrpc.StandIns.Tests.Grpc;

/// <summary>A real gRPC server on a loopback port that the system chose, and clients for it.</summary>
internal sealed class ProbeHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<GrpcChannel> _channels = [];

    private ProbeHost(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Starts a server for <paramref name="handlers"/>; without <paramref name="https"/> it speaks h2c.</summary>
    public static async Task<ProbeHost> StartAsync(
        ProbeHandlers handlers,
        Action<GrpcServiceOptions>? configure = null,
        Action<HttpsConnectionAdapterOptions>? https = null,
        Action<WebApplication>? map = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(handlers);
        builder.Services.AddGrpc(options => configure?.Invoke(options));
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (https is not null)
            {
                listen.UseHttps(https);
            }
        }));
        var host = new ProbeHost(builder.Build());
        host._app.MapGrpcService<ProbeHandlers>();
        map?.Invoke(host._app);
        await host._app.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    /// <summary>A channel to this server; it ends with it.</summary>
    public GrpcChannel Channel(Action<GrpcChannelOptions>? configure = null)
    {
        var options = new GrpcChannelOptions { DisposeHttpClient = true };
        configure?.Invoke(options);
        var channel = GrpcChannel.ForAddress(Address, options);
        _channels.Add(channel);
        return channel;
    }

    public ProbeService.ProbeServiceClient Client(Action<GrpcChannelOptions>? configure = null) =>
        new(Channel(configure));

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels)
        {
            channel.Dispose();
        }

        await _app.DisposeAsync();
    }
}
