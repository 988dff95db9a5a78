using System.Buffers;
using Grpc.Core;
using IdentityGrpc.StandIns.Tests.Probes;

namespace IdentityGrpc.StandIns.Tests.Grpc;

/// <summary>Generated clients and channels beyond the call itself.</summary>
public sealed class ClientTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Context_OfACall_NamesMethodHostAndPeer()
    {
        string[] seen = [];
        await using var host = await ProbeHost.StartAsync(new ProbeHandlers
        {
            OnUnary = (request, context) =>
            {
                seen = [context.Method, context.Host, context.Peer];
                return Task.FromResult(request);
            },
        });

        await host.Client().UnaryAsync(new Probe(), cancellationToken: Cancel);

        Assert.Equal("/standins.probe.v1.ProbeService/Unary", seen[0]);
        Assert.Equal(host.Address.Authority, seen[1]);
        Assert.StartsWith("ipv4:127.0.0.1:", seen[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Channel_Connect_BecomesReady()
    {
        await using var host = await ProbeHost.StartAsync(ProbeHandlers.Echo);
        var channel = host.Channel(options => options.HttpHandler = new SocketsHttpHandler());
        Assert.Equal(ConnectivityState.Idle, channel.State);

        await channel.ConnectAsync(Cancel);
        Assert.Equal(ConnectivityState.Ready, channel.State);

        channel.Dispose();
        Assert.Equal(ConnectivityState.Shutdown, channel.State);
        Assert.Equal(host.Address.Authority, channel.Target);
    }

    [Fact]
    public void CallOptions_WithMethods_ChangeACopy()
    {
        var headers = new Metadata();
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime;
        var credentials = CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);
        var writing = new WriteOptions(WriteFlags.NoCompress);
        var before = new CallOptions();

        var after = before.WithHeaders(headers).WithDeadline(deadline).WithCredentials(credentials)
            .WithWriteOptions(writing).WithWaitForReady().WithCancellationToken(Cancel);

        Assert.Same(headers, after.Headers);
        Assert.Equal(deadline, after.Deadline);
        Assert.Same(credentials, after.Credentials);
        Assert.Same(writing, after.WriteOptions);
        Assert.True(after.IsWaitForReady);
        Assert.Equal(Cancel, after.CancellationToken);
        Assert.Null(before.Headers);
        Assert.Null(before.Deadline);
        Assert.False(before.IsWaitForReady);
    }

    [Fact]
    public void Marshaller_OfEitherForm_WorksAsTheOther()
    {
        var simple = Marshallers.Create(BitConverter.GetBytes, bytes => BitConverter.ToInt32(bytes));
        var contextual = Marshallers.Create<int>(
            (value, context) =>
            {
                context.SetPayloadLength(sizeof(int));
                context.GetBufferWriter().Write(BitConverter.GetBytes(value));
                context.Complete();
            },
            context =>
            {
                Assert.Equal(sizeof(int), context.PayloadLength);
                return BitConverter.ToInt32(context.PayloadAsReadOnlySequence().FirstSpan);
            });

        Assert.Equal(simple.Serializer(42), contextual.Serializer(42));
        Assert.Equal(42, contextual.Deserializer(simple.Serializer(42)));
        Assert.Equal(42, simple.Deserializer(contextual.Serializer(42)));
    }

    [Fact]
    public void Marshaller_SerializerThatDoesNotComplete_IsAnError()
    {
        var marshaller = Marshallers.Create<int>((_, _) => { }, _ => 0);

        Assert.Throws<InvalidOperationException>(() => marshaller.Serializer(1));
    }
}
