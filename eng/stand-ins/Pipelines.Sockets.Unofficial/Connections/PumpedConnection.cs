using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace Pipelines.Sockets.Unofficial;

/// <summary>
/// Two pipes and two loops: a thread of its own fills <see cref="Input"/> from the transport, and an asynchronous
/// loop empties <see cref="Output"/> into it.
/// </summary>
/// <remarks>
/// The reading side blocks a thread on purpose: completions of asynchronous socket reads arrive on the shared pool,
/// so a pool whose threads all wait for replies would never see one. The consumer of <see cref="Input"/> runs on that
/// same thread, which also saves a hand-over per read.
/// </remarks>
public abstract partial class PumpedConnection : IMeasuredDuplexPipe, IDisposable
{
    private readonly Pipe _incoming;
    private readonly Pipe _outgoing;
    private long _received;
    private long _sent;
    private long _sending;
    private int _lastReceived;
    private int _shutdownKind;
    private int _socketError;

    private protected PumpedConnection(PipeOptions? sendPipeOptions, PipeOptions? receivePipeOptions)
    {
        var receive = receivePipeOptions ?? PipeOptions.Default;
        _outgoing = new Pipe(sendPipeOptions ?? PipeOptions.Default);
        _incoming = new Pipe(new PipeOptions(
            receive.Pool,
            readerScheduler: PipeScheduler.Inline,
            writerScheduler: PipeScheduler.Inline,
            receive.PauseWriterThreshold,
            receive.ResumeWriterThreshold,
            receive.MinimumSegmentSize,
            useSynchronizationContext: false));
    }

    public PipeReader Input => _incoming.Reader;

    public PipeWriter Output => _outgoing.Writer;

    public long TotalBytesSent => Volatile.Read(ref _sent);

    public long TotalBytesReceived => Volatile.Read(ref _received);

    public long BytesSent => TotalBytesSent;

    public long BytesRead => TotalBytesReceived;

    /// <summary>What the latest read of the transport brought, in bytes; zero is the end.</summary>
    public int LastReceived => Volatile.Read(ref _lastReceived);

    public PipeShutdownKind ShutdownKind => (PipeShutdownKind)Volatile.Read(ref _shutdownKind);

    public SocketError SocketError => (SocketError)Volatile.Read(ref _socketError);

    /// <summary>Bytes taken from <see cref="Output"/> that the transport has not accepted yet.</summary>
    private protected long Sending => Volatile.Read(ref _sending);

    /// <summary>Records that the protocol itself ended the conversation.</summary>
    public bool TrySetProtocolShutdown(PipeShutdownKind kind) => TrySetShutdown(kind, SocketError.Success);

    public void Dispose()
    {
        TrySetShutdown(PipeShutdownKind.Disposed, SocketError.Success);
        CloseTransport();
        GC.SuppressFinalize(this);
    }

    /// <summary>Blocks until there is something to read; zero is the end.</summary>
    private protected abstract int Receive(Span<byte> buffer);

    private protected abstract ValueTask SendAsync(ReadOnlySequence<byte> data);

    /// <summary>Tells the other side that nothing more follows.</summary>
    private protected abstract void ShutdownSend();

    /// <summary>Must end a <see cref="Receive"/> that is blocked in another thread.</summary>
    private protected abstract void CloseTransport();

    private bool TrySetShutdown(PipeShutdownKind kind, SocketError error)
    {
        if (Interlocked.CompareExchange(ref _shutdownKind, (int)kind, (int)PipeShutdownKind.None) != 0)
        {
            return false;
        }

        Volatile.Write(ref _socketError, (int)error);
        return true;
    }
}
