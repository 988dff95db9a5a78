using Google.Protobuf;
using Grpc.Core;

namespace IdentityGrpc.Interop.Tests;

/// <summary>Follows <c>grpc.health.v1.Health/Watch</c> by its numbers on the wire: 1 SERVING, 2 NOT_SERVING.</summary>
internal sealed class HealthWatch : IDisposable
{
    private static readonly Method<byte[], byte[]> s_watch = new(MethodType.ServerStreaming, "grpc.health.v1.Health", "Watch", Marshallers.Create(b => b, b => b), Marshallers.Create(b => b, b => b));

    private readonly AsyncServerStreamingCall<byte[]> _call;

    private HealthWatch(AsyncServerStreamingCall<byte[]> call) => _call = call;

    public static HealthWatch Start(ChannelBase channel, CancellationToken cancellationToken) =>
        new(channel.CreateCallInvoker().AsyncServerStreamingCall(s_watch, null, new(cancellationToken: cancellationToken), []));

    /// <summary>The next status.</summary>
    public async Task<int> NextAsync(CancellationToken cancellationToken)
    {
        Assert.True(await _call.ResponseStream.MoveNext(cancellationToken), "The watch ended.");
        var input = new CodedInputStream(_call.ResponseStream.Current);
        Assert.Equal(8u, input.ReadTag());
        return input.ReadEnum();
    }

    public void Dispose() => _call.Dispose();
}
