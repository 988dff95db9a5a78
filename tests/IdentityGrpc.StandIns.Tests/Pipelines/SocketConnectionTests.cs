using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Pipelines.Sockets.Unofficial;

namespace IdentityGrpc.StandIns.Tests.Pipelines;

/// <summary>Bytes pass unchanged in both directions, and the end of a connection is noticed.</summary>
public sealed class SocketConnectionTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bytes_InBothDirectionsAtOnce_ArriveUnchanged()
    {
        var (left, right) = await PairAsync();
        var forth = RandomNumberGenerator.GetBytes(8_000_000);
        var back = RandomNumberGenerator.GetBytes(8_000_000);

        var sending = Task.WhenAll(SendAsync(left.Output, forth), SendAsync(right.Output, back));
        var received = await Task.WhenAll(ReceiveAsync(right.Input, forth.Length), ReceiveAsync(left.Input, back.Length))
            .WaitAsync(s_limit, Cancel);
        await sending;

        Assert.True(forth.AsSpan().SequenceEqual(received[0]));
        Assert.True(back.AsSpan().SequenceEqual(received[1]));
        Assert.Equal(forth.Length, right.BytesRead);
        Assert.Equal(back.Length, left.BytesRead);
        left.Dispose();
        right.Dispose();
    }

    /// <summary>Dispose must end a read that is blocked in the connection's own thread.</summary>
    [Fact]
    public async Task Dispose_WhileReading_EndsTheInput()
    {
        var (left, right) = await PairAsync();
        var reading = right.Input.ReadAsync(Cancel).AsTask();

        right.Dispose();

        await Assert.ThrowsAnyAsync<IOException>(() => reading.WaitAsync(s_limit, Cancel));
        Assert.Equal(PipeShutdownKind.Disposed, right.ShutdownKind);
        left.Dispose();
    }

    [Fact]
    public async Task Output_Completed_OtherSideReadsWhatWasSentThenTheEnd()
    {
        var (left, right) = await PairAsync();

        await left.Output.WriteAsync("last words"u8.ToArray(), Cancel);
        await left.Output.CompleteAsync();
        var received = await ReceiveAsync(right.Input, 10).WaitAsync(s_limit, Cancel);
        var end = await right.Input.ReadAsync(Cancel).AsTask().WaitAsync(s_limit, Cancel);

        Assert.Equal("last words"u8.ToArray(), received);
        Assert.True(end.IsCompleted);
        Assert.Equal(PipeShutdownKind.ReadEndOfStream, right.ShutdownKind);
        left.Dispose();
        right.Dispose();
    }

    private static async Task<(SocketConnection Left, SocketConnection Right)> PairAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var left = new Socket(SocketType.Stream, ProtocolType.Tcp);
        SocketConnection.SetRecommendedClientOptions(left);
        var connecting = left.ConnectAsync(listener.LocalEndpoint, Cancel).AsTask();
        var right = await listener.AcceptSocketAsync(Cancel);
        await connecting;
        Assert.True(left.NoDelay);
        return (SocketConnection.Create(left, null, null), SocketConnection.Create(right, null, null));
    }

    /// <summary>In pieces of every size, so that single and gathered sends both occur.</summary>
    private static async Task SendAsync(PipeWriter output, ReadOnlyMemory<byte> bytes)
    {
        for (var size = 1; !bytes.IsEmpty; size = Math.Min(2 * size, 100_000))
        {
            var piece = bytes[..Math.Min(size, bytes.Length)];
            await output.WriteAsync(piece, Cancel);
            bytes = bytes[piece.Length..];
        }
    }

    private static async Task<byte[]> ReceiveAsync(PipeReader input, int length)
    {
        var received = new ArrayBufferWriter<byte>(length);
        while (received.WrittenCount < length)
        {
            var read = await input.ReadAsync(Cancel);
            foreach (var piece in read.Buffer)
            {
                received.Write(piece.Span);
            }

            input.AdvanceTo(read.Buffer.End);
        }

        return received.WrittenSpan.ToArray();
    }
}
