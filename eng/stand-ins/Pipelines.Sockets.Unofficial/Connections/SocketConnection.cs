using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Pipelines.Sockets.Unofficial;

/// <summary>A duplex pipe over a connected socket.</summary>
public sealed partial class SocketConnection : PumpedConnection
{
    private const int MaxGather = 64; // pieces in one send; far below the system's limit

    private readonly Socket _socket;
    private readonly List<ArraySegment<byte>> _gather = [];

    private SocketConnection(Socket socket, PipeOptions? sendPipeOptions, PipeOptions? receivePipeOptions)
        : base(sendPipeOptions, receivePipeOptions) => _socket = socket;

    public static SocketConnection Create(
        Socket socket,
        PipeOptions? sendPipeOptions,
        PipeOptions? receivePipeOptions,
        SocketConnectionOptions socketConnectionOptions = SocketConnectionOptions.None,
        string? name = null)
    {
        ArgumentNullException.ThrowIfNull(socket);
        var connection = new SocketConnection(socket, sendPipeOptions, receivePipeOptions);
        connection.Start(name);
        return connection;
    }

    /// <summary>Nothing to check: everything needed is in the shared framework.</summary>
    public static void AssertDependencies() { }

    public static void SetRecommendedClientOptions(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (socket.ProtocolType == ProtocolType.Tcp)
        {
            socket.NoDelay = true;
        }
    }

    private protected override int Receive(Span<byte> buffer) => _socket.Receive(buffer, SocketFlags.None);

    private protected override ValueTask SendAsync(ReadOnlySequence<byte> data) =>
        data.IsSingleSegment ? SendOneAsync(data.First) : SendManyAsync(data);

    private protected override void ShutdownSend()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException)
        {
            // Closed already, which says the same.
        }
    }

    private protected override void CloseTransport() => _socket.Dispose();

    private async ValueTask SendOneAsync(ReadOnlyMemory<byte> data)
    {
        while (!data.IsEmpty)
        {
            var sent = await _socket.SendAsync(data, SocketFlags.None).ConfigureAwait(false);
            data = data[sent..];
        }
    }

    private async ValueTask SendManyAsync(ReadOnlySequence<byte> data)
    {
        while (!data.IsEmpty)
        {
            Gather(data);
            var sent = await _socket.SendAsync(_gather, SocketFlags.None).ConfigureAwait(false);
            data = data.Slice(sent);
        }
    }

    private void Gather(ReadOnlySequence<byte> data)
    {
        _gather.Clear();
        foreach (var piece in data)
        {
            if (piece.IsEmpty)
            {
                continue;
            }

            _gather.Add(MemoryMarshal.TryGetArray(piece, out var segment) ? segment : piece.ToArray());
            if (_gather.Count == MaxGather)
            {
                return;
            }
        }
    }
}
