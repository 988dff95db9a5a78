using System.Diagnostics;
using System.IO.Pipelines;

namespace Pipelines.Sockets.Unofficial;

/// <summary>
/// Runs work on a few threads of its own, so that replies are still read while the shared pool is busy or blocked;
/// when its queue gets long it hands work to the shared pool instead.
/// </summary>
public sealed class DedicatedThreadPoolPipeScheduler : PipeScheduler, IDisposable
{
    private readonly Queue<(Action<object?> Action, object? State)> _queue = new(); // also the lock
    private readonly int _useThreadPoolQueueLength;
    private int _available;
    private long _servicedByQueue;
    private long _servicedByPool;
    private bool _disposed;

    public DedicatedThreadPoolPipeScheduler(
        string? name = null,
        int workerCount = 5,
        int useThreadPoolQueueLength = 10,
        ThreadPriority priority = ThreadPriority.Normal)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(workerCount);
        WorkerCount = workerCount;
        _useThreadPoolQueueLength = useThreadPoolQueueLength;
        for (var i = 0; i < workerCount; i++)
        {
            new Thread(Work) { IsBackground = true, Name = name ?? GetType().Name, Priority = priority }.UnsafeStart();
        }
    }

    public int WorkerCount { get; }

    /// <summary>Threads that wait for work.</summary>
    public int AvailableCount => Volatile.Read(ref _available);

    public long TotalServicedByQueue => Volatile.Read(ref _servicedByQueue);

    public long TotalServicedByPool => Volatile.Read(ref _servicedByPool);

    public override void Schedule(Action<object?> action, object? state)
    {
        if (TryEnqueue(action, state))
        {
            return;
        }

        Interlocked.Increment(ref _servicedByPool);
        ThreadPool.Schedule(action, state);
    }

    /// <summary>Ends the threads once the queue is empty; later work goes to the shared pool.</summary>
    public void Dispose()
    {
        lock (_queue)
        {
            _disposed = true;
            Monitor.PulseAll(_queue);
        }
    }

    private bool TryEnqueue(Action<object?> action, object? state)
    {
        lock (_queue)
        {
            if (_disposed || WorkerCount == 0 || _queue.Count >= _useThreadPoolQueueLength)
            {
                return false;
            }

            _queue.Enqueue((action, state));
            if (_available > 0)
            {
                Monitor.Pulse(_queue);
            }

            return true;
        }
    }

    private void Work()
    {
        while (TryDequeue(out var item))
        {
            try
            {
                item.Action(item.State);
            }
            catch (Exception ex)
            {
                // A worker must outlive any one callback; what failed is reported where it is awaited.
                Trace.TraceError("{0}: {1}", nameof(DedicatedThreadPoolPipeScheduler), ex);
            }
        }
    }

    /// <summary>Waits for work; false is the end.</summary>
    private bool TryDequeue(out (Action<object?> Action, object? State) item)
    {
        lock (_queue)
        {
            while (!_queue.TryDequeue(out item))
            {
                if (_disposed)
                {
                    return false;
                }

                _available++;
                Monitor.Wait(_queue);
                _available--;
            }

            _servicedByQueue++;
            return true;
        }
    }
}
