using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Members;

/// <summary>
/// Lets a bounded number of calls of walks at a time go to the budget and the platform, for each app in each tenant:
/// the budget's queue and the connections stay open for lookups, and walks get fair shares. (1) A call goes at once
/// while there is room. (2) Else it waits in its walk's line. (3) When a call ends, the next caller in turn gives its
/// place to its next walk in turn, that to its oldest call. Thread-safe.
/// </summary>
internal sealed class WalkTurns(MembersOptions options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<AppTenant, Gate> _gates = [];

    /// <summary>Waits for a turn.</summary>
    /// <param name="scope">The app and tenant.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="walk">For which walk.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The turn; it ends when it is disposed of.</returns>
    public async ValueTask<Turn> TakeAsync(AppTenant scope, string caller, object walk, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        TaskCompletionSource? waiter = null;
        Gate? gate;
        lock (_lock)
        {
            if (!_gates.TryGetValue(scope, out gate)) _gates[scope] = gate = new();
            if (gate.Taken < options.CallsAtOnce) gate.Taken++; // (1)
            else gate.Add(caller, walk, waiter = new(TaskCreationOptions.RunContinuationsAsynchronously)); // (2)
        }
        if (waiter is null) return new(this, scope);
        using (cancellation.UnsafeRegister(static (w, token) => ((TaskCompletionSource)w!).TrySetCanceled(token), waiter))
        {
            await waiter.Task;
        }
        return new(this, scope);
    }

    /// <summary>Calls that have or wait for a turn; zero when nothing runs.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _gates.Values.Sum(g => g.Taken);
        }
    }

    private void End(AppTenant scope)
    {
        lock (_lock)
        {
            var gate = _gates[scope];
            while (gate.Next() is { } waiter) // (3)
            {
                if (waiter.TrySetResult()) return;
            }
            if (--gate.Taken == 0) _gates.Remove(scope);
        }
    }

    /// <summary>The right to make a call.</summary>
    public readonly struct Turn(WalkTurns turns, AppTenant scope) : IDisposable
    {
        /// <summary>Gives the place to the next.</summary>
        public void Dispose() => turns.End(scope);
    }

    private sealed class Gate
    {
        private readonly Line<string, Line<object, Queue<TaskCompletionSource>>> _callers = new();

        public int Taken { get; set; }

        public void Add(string caller, object walk, TaskCompletionSource waiter) => _callers.Of(caller).Of(walk).Enqueue(waiter);

        public TaskCompletionSource? Next()
        {
            if (_callers.First is not (var caller, var walks)) return null;
            var (walk, waiters) = walks.First!.Value;
            var waiter = waiters.Dequeue();
            walks.Pass(walk, waiters.Count > 0);
            _callers.Pass(caller, walks.First is not null);
            return waiter;
        }
    }

    /// <summary>Owners in turn, each with what waits for it.</summary>
    private sealed class Line<TOwner, T> where TOwner : notnull where T : class, new()
    {
        private readonly Dictionary<TOwner, T> _of = [];
        private readonly Queue<TOwner> _order = new();

        public (TOwner Owner, T Waiting)? First => _order.TryPeek(out var owner) ? (owner, _of[owner]) : null;

        public T Of(TOwner owner)
        {
            if (_of.TryGetValue(owner, out var waiting)) return waiting;
            _order.Enqueue(owner);
            return _of[owner] = new();
        }

        /// <summary>Sends the first owner to the end, or away where nothing waits for it any more.</summary>
        public void Pass(TOwner first, bool goesOn)
        {
            _order.Dequeue();
            if (goesOn) _order.Enqueue(first);
            else _of.Remove(first);
        }
    }
}
