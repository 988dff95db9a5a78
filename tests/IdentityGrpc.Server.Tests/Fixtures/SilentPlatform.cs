using System.Net;
using System.Net.Sockets;
using IdentityGrpc.Testing.Server;

namespace IdentityGrpc.Server.Tests.Fixtures;

/// <summary>A platform that takes every connection and never answers, and a service that asks it.</summary>
internal sealed class SilentPlatform : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    private SilentPlatform() => _listener.Start();

    /// <summary>The service.</summary>
    public RunningServer Running { get; private set; } = null!;

    public static async Task<SilentPlatform> StartAsync()
    {
        var platform = new SilentPlatform();
        platform.Running = await RunningServer.StartAsync("Apps:0:Name=default", "Apps:0:Id=cli_0000000000000000", "Apps:0:Secret=unused",
            $"Apps:0:BaseUrl=http://{platform._listener.LocalEndpoint}", "Apps:0:TenantKeys:0=tenant");
        return platform;
    }

    /// <summary>Waits until the service has asked something.</summary>
    public async Task AskedAsync(CancellationToken cancellationToken)
    {
        // Not disposed: closing it would be an answer.
        var socket = await _listener.AcceptSocketAsync(cancellationToken);
        await socket.ReceiveAsync(new byte[1], cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await Running.DisposeAsync();
    }
}
