using System.Globalization;
using Grpc.Net.Client;
using IdentityGrpc.Testing.Server;
using IdentityGrpc.V1;

namespace IdentityGrpc.Server.Tests.Fixtures;

/// <summary>
/// A client whose deadline the service alone keeps. One that kept it too might give up first on a busy machine, and never
/// see what the service says when time runs out.
/// </summary>
internal sealed class ServerDeadline : IDisposable
{
    private readonly GrpcChannel _channel;

    public ServerDeadline(RunningServer server, TimeSpan time)
    {
        _channel = GrpcChannel.ForAddress(server.Host.GrpcUrl, new() { HttpHandler = new TimeoutHeader(time), DisposeHttpClient = true });
        Identity = new(_channel);
    }

    public IdentityService.IdentityServiceClient Identity { get; }

    public void Dispose() => _channel.Dispose();

    private sealed class TimeoutHeader(TimeSpan time) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Add("grpc-timeout", string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:F0}m"));
            return base.SendAsync(request, cancellationToken);
        }
    }
}
