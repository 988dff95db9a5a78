using Google.Protobuf;
using Grpc.Core;
using IdentityGrpc.StandIns.Tests.Probes;

namespace IdentityGrpc.StandIns.Tests.Grpc;

/// <summary>Messages that are too large are refused on the side that sets the limit.</summary>
public sealed class MessageLimitTests
{
    private const int Limit = 10_000;
    private const int ClientDefault = 4 * 1024 * 1024;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_AboveTheServersReceiveLimit_IsResourceExhausted()
    {
        await using var host = await ProbeHost.StartAsync(
            ProbeHandlers.Echo, options => options.MaxReceiveMessageSize = Limit);
        var client = host.Client();

        await AssertExhaustedAsync(() => client.UnaryAsync(OfSize(Limit + 1), cancellationToken: Cancel));
        Assert.Equal(OfSize(Limit), await client.UnaryAsync(OfSize(Limit), cancellationToken: Cancel));
    }

    [Fact]
    public async Task Response_AboveTheServersSendLimit_IsResourceExhausted()
    {
        await using var host = await ProbeHost.StartAsync(
            ProbeHandlers.Echo, options => options.MaxSendMessageSize = Limit);
        var client = host.Client();

        await AssertExhaustedAsync(() => client.UnaryAsync(OfSize(Limit + 1), cancellationToken: Cancel));
        Assert.Equal(OfSize(Limit), await client.UnaryAsync(OfSize(Limit), cancellationToken: Cancel));
    }

    [Fact]
    public async Task Request_AboveTheClientsSendLimit_IsResourceExhausted()
    {
        await using var host = await ProbeHost.StartAsync(ProbeHandlers.Echo);
        var client = host.Client(options => options.MaxSendMessageSize = Limit);

        await AssertExhaustedAsync(() => client.UnaryAsync(OfSize(Limit + 1), cancellationToken: Cancel));
        Assert.Equal(OfSize(Limit), await client.UnaryAsync(OfSize(Limit), cancellationToken: Cancel));
    }

    [Fact]
    public async Task Response_AboveTheClientsDefault_IsResourceExhausted()
    {
        await using var host = await ProbeHost.StartAsync(new ProbeHandlers
        {
            OnUnary = (request, _) => Task.FromResult(OfSize(request.Number)),
        });
        var client = host.Client();

        await AssertExhaustedAsync(() =>
            client.UnaryAsync(new Probe { Number = ClientDefault + 1 }, cancellationToken: Cancel));
        var answer = await client.UnaryAsync(new Probe { Number = ClientDefault }, cancellationToken: Cancel);
        Assert.Equal(ClientDefault, answer.CalculateSize());
    }

    /// <summary>A probe that takes exactly so many bytes on the wire.</summary>
    private static Probe OfSize(int size)
    {
        var probe = new Probe { Payload = ByteString.CopyFrom(new byte[size]) };
        var excess = probe.CalculateSize() - size;
        return new Probe { Payload = ByteString.CopyFrom(new byte[size - excess]) };
    }

    private static async Task AssertExhaustedAsync(Func<AsyncUnaryCall<Probe>> call)
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => call().ResponseAsync);
        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
    }
}
