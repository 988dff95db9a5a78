using Grpc.Core;
using Grpc.Net.Client;
using IdentityGrpc.V1;

namespace IdentityGrpc.Cli.Rpc;

/// <summary>A connection to the service.</summary>
internal sealed class Connection : IDisposable
{
    private const string PriorityHeader = "x-identity-priority";

    private readonly GrpcChannel _channel;
    private readonly Priority _priority;
    private readonly TimeProvider _time;

    /// <summary>Prepares a connection; it is made with the first call.</summary>
    public Connection(Uri server, Priority priority, TimeProvider time)
    {
        var handler = new SocketsHttpHandler
        {
            // A proxy of the environment does not know this machine's own servers.
            UseProxy = !server.IsLoopback,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
        };
        _channel = GrpcChannel.ForAddress(server, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
        _priority = priority;
        _time = time;
        Service = new IdentityService.IdentityServiceClient(_channel);
    }

    /// <summary>The service.</summary>
    public IdentityService.IdentityServiceClient Service { get; }

    /// <summary>The options of one call.</summary>
    /// <param name="timeout">How long it may take; null for no limit.</param>
    /// <param name="cancellation">Ends it.</param>
    public CallOptions CallOptions(TimeSpan? timeout, CancellationToken cancellation)
    {
        var headers = _priority == Priority.Interactive ? null : new Metadata { { PriorityHeader, "bulk" } };
        return new(headers, timeout is { } limit ? _time.GetUtcNow().UtcDateTime + limit : null, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();
}
