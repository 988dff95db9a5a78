namespace IdentityGrpc.Testing;

/// <summary>
/// Runs asynchronous code on one thread, so that a run is the same every time, and tells when nothing is left to do
/// until the clock moves. Holds for code that awaits with the captured context, as all of this repository does.
/// </summary>
public sealed class SingleThread : SynchronizationContext
{
    // Only threads outside of this one, which a few primitives of the runtime use, can bring work while none is left.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly object _lock = new();
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _work = new();
    private bool _ended;

    private int Pending
    {
        get { lock (_lock) return _work.Count; }
    }

    /// <summary>Runs it to its end.</summary>
    public static void Run(Func<Task> body)
    {
        var before = Current;
        var context = new SingleThread();
        SetSynchronizationContext(context);
        try
        {
            var task = body();
            task.ContinueWith(_ => context.End(), TaskScheduler.Default);
            while (context.Take() is { } work) work.Callback(work.State);
            task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <summary>Completes when nothing else is left to do at this moment of the clock. Only one may wait for that.</summary>
    public static async Task SettleAsync()
    {
        var context = Current as SingleThread ?? throw new InvalidOperationException("Not inside of SingleThread.Run.");
        do await Task.Yield();
        while (context.Pending > 0);
    }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_lock)
        {
            _work.Enqueue((d, state));
            Monitor.Pulse(_lock);
        }
    }

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nothing may block this thread.");

    private void End()
    {
        lock (_lock)
        {
            _ended = true;
            Monitor.Pulse(_lock);
        }
    }

    private (SendOrPostCallback Callback, object? State)? Take()
    {
        lock (_lock)
        {
            while (_work.Count == 0)
            {
                if (_ended) return null;
                if (!Monitor.Wait(_lock, s_patience)) throw new TimeoutException("The code under test waits for something that nobody does any more.");
            }
            return _work.Dequeue();
        }
    }
}
