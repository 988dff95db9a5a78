using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace IdentityGrpc.Core.Budgets;

/// <summary>
/// The thread on which permits are given in time, and on which the calls that waited for them go on. A permit is unused until its call
/// has left, so neither must wait in the thread pool behind thousands of keys that are read, kept or written. What a call does here
/// takes some ten microseconds.
/// </summary>
internal sealed class CallThread : TaskScheduler
{
    private static readonly CallThread s_instance = new();

    private readonly BlockingCollection<Task?> _tasks = []; // null: timers have changed
    private readonly CallTimers _timers;

    private CallThread()
    {
        _timers = new(() => _tasks.Add(null));
        new Thread(Run) { Name = "Calls", IsBackground = true }.Start();
    }

    /// <summary>A clock with timers that fire here, where it is the system's; any other clock has its own.</summary>
    public static TimeProvider TimersOf(TimeProvider time) => time == TimeProvider.System ? s_instance._timers : time;

    /// <summary>
    /// Waits for the task, and goes on here, or in the synchronization context of who waits, where there is one; what is awaited after it
    /// goes on in the thread pool again.
    /// </summary>
    public static Waiting<T> Wait<T>(Task<T> task) => new(task);

    /// <inheritdoc/>
    protected override void QueueTask(Task task) => _tasks.Add(task);

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks() => _tasks.OfType<Task>();

    private void Run()
    {
        while (true)
        {
            if (_tasks.TryTake(out var task, _timers.Fire()) && task is not null) TryExecuteTask(task);
        }
    }

    /// <summary>A task that is waited for.</summary>
    public readonly struct Waiting<T>(Task<T> task) : ICriticalNotifyCompletion
    {
        /// <summary>Whether there is nothing to wait for.</summary>
        public bool IsCompleted => task.IsCompleted;

        /// <summary>Itself.</summary>
        public Waiting<T> GetAwaiter() => this;

        /// <summary>What the task gave.</summary>
        public T GetResult() => task.GetAwaiter().GetResult();

        /// <inheritdoc/>
        public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

        /// <inheritdoc/>
        public void UnsafeOnCompleted(Action continuation)
        {
            if (SynchronizationContext.Current is not null) task.GetAwaiter().UnsafeOnCompleted(continuation);
            else task.ContinueWith(static (_, next) => ((Action)next!)(), continuation, CancellationToken.None, TaskContinuationOptions.HideScheduler, s_instance);
        }
    }
}
