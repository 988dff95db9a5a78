using System.IO.Pipelines;
using System.Net.Sockets;

namespace Pipelines.Sockets.Unofficial;

public abstract partial class PumpedConnection
{
    // Room asked for per read, in bytes. It grows while reads fill it: the consumer looks at everything that has
    // arrived of a big reply after every read, so many small reads would cost quadratic time.
    private const int MinReceive = 4 * 1024;
    private const int MaxReceive = 64 * 1024;

    private protected void Start(string? name)
    {
        new Thread(ReceiveLoop) { IsBackground = true, Name = name ?? GetType().Name }.UnsafeStart();
        _ = Task.Run(SendLoopAsync); // off the caller's stack and context
    }

    private void ReceiveLoop()
    {
        Exception? fault = null;
        try
        {
            ReceiveAll(_incoming.Writer);
        }
        catch (Exception ex)
        {
            fault = Fault(ex, PipeShutdownKind.ReadError);
        }

        _incoming.Writer.Complete(fault);
        _outgoing.Reader.CancelPendingRead(); // nothing can be answered any more: let the sender go
    }

    private void ReceiveAll(PipeWriter writer)
    {
        var room = MinReceive;
        var wanted = true;
        while (wanted)
        {
            var buffer = writer.GetSpan(room);
            var count = Receive(buffer);
            room = count == buffer.Length ? Math.Min(2 * room, MaxReceive) : MinReceive;
            Volatile.Write(ref _lastReceived, count);
            if (count <= 0)
            {
                TrySetShutdown(PipeShutdownKind.ReadEndOfStream, SocketError.Success);
                return;
            }

            Interlocked.Add(ref _received, count);
            writer.Advance(count);
            wanted = Flush(writer);
        }
    }

    /// <summary>Runs the consumer on this thread; waits only when it is far behind.</summary>
    /// <returns>Whether the consumer wants more.</returns>
    private static bool Flush(PipeWriter writer)
    {
        var flush = writer.FlushAsync();
        var flushed = flush.IsCompleted ? flush.Result : flush.AsTask().GetAwaiter().GetResult();
        return !flushed.IsCompleted && !flushed.IsCanceled;
    }

    private async Task SendLoopAsync()
    {
        Exception? fault = null;
        try
        {
            await SendAllAsync(_outgoing.Reader).ConfigureAwait(false);
            ShutdownSend();
        }
        catch (Exception ex)
        {
            fault = Fault(ex, PipeShutdownKind.WriteError);
            CloseTransport(); // half a connection is of no use: end the other loop too
        }

        await _outgoing.Reader.CompleteAsync(fault).ConfigureAwait(false);
    }

    private async Task SendAllAsync(PipeReader reader)
    {
        while (true)
        {
            var read = await reader.ReadAsync().ConfigureAwait(false);
            if (read.IsCanceled)
            {
                return;
            }

            var data = read.Buffer;
            if (!data.IsEmpty)
            {
                Volatile.Write(ref _sending, data.Length);
                await SendAsync(data).ConfigureAwait(false);
                Volatile.Write(ref _sending, 0);
                Interlocked.Add(ref _sent, data.Length);
            }

            reader.AdvanceTo(data.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>Records why a loop ended, and gives what the other end of its pipe is to see.</summary>
    private Exception Fault(Exception ex, PipeShutdownKind kind)
    {
        var error = ex as SocketException ?? ex.InnerException as SocketException;
        TrySetShutdown(kind, error?.SocketErrorCode ?? SocketError.SocketError);
        return error is null && ex is not ObjectDisposedException ? ex : new ConnectionResetException(ex.Message, ex);
    }
}
