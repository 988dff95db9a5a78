using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Pipelines.Sockets.Unofficial;

/// <summary>
/// Arguments of a socket operation that can be awaited. The caller starts the operation and calls
/// <see cref="Complete"/> itself when the socket says that it finished synchronously.
/// </summary>
public class SocketAwaitableEventArgs(PipeScheduler? ioScheduler = null) : SocketAsyncEventArgs, ICriticalNotifyCompletion
{
    private static readonly Action s_completed = () => { };

    private Action? _continuation; // null: pending; s_completed: completed; else what to run on completion
    private int _abortedWith; // a SocketError that outranks the operation's own; 0: none

    public bool IsCompleted => ReferenceEquals(Volatile.Read(ref _continuation), s_completed);

    public SocketAwaitableEventArgs GetAwaiter() => this;

    /// <summary>Takes the result, and makes the instance ready for its next operation.</summary>
    public int GetResult()
    {
        Volatile.Write(ref _continuation, null);
        var error = (SocketError)Interlocked.Exchange(ref _abortedWith, 0);
        if (error == SocketError.Success)
        {
            error = SocketError;
        }

        return error == SocketError.Success ? BytesTransferred : throw new SocketException((int)error);
    }

    /// <summary>Completes the wait with an error now; the operation itself may still be under way.</summary>
    public void Abort(SocketError error = SocketError.OperationAborted)
    {
        if (IsCompleted)
        {
            return;
        }

        Interlocked.CompareExchange(ref _abortedWith, (int)error, 0);
        Complete();
    }

    public void Complete()
    {
        var waiter = Interlocked.Exchange(ref _continuation, s_completed);
        if (waiter is not null && !ReferenceEquals(waiter, s_completed))
        {
            Run(waiter);
        }
    }

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation)
    {
        var before = Interlocked.CompareExchange(ref _continuation, continuation, null);
        if (ReferenceEquals(before, s_completed))
        {
            Run(continuation);
        }
    }

    protected override void OnCompleted(SocketAsyncEventArgs e) => Complete();

    private void Run(Action continuation)
    {
        if (ioScheduler is null)
        {
            continuation();
        }
        else
        {
            ioScheduler.Schedule(static state => ((Action)state!).Invoke(), continuation);
        }
    }
}
