using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Batching;

// How a question ends: answered, cancelled or late (3).
internal sealed partial class Lane<TKey, TAnswer>
{
    private void Listen(Ask ask)
    {
        var cancellation = ask.Call.Cancellation;
        var timeLeft = TimeLeft(ask.Call); // joining has taken its time
        if (timeLeft is null && !cancellation.CanBeCanceled) return;
        var deadline = timeLeft is { } left
            ? _services.Time.CreateTimer(static state => ((Ask)state!).Lane.EndLate((Ask)state), ask, left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan)
            : null;
        var registration = cancellation.CanBeCanceled
            ? cancellation.UnsafeRegister(static (state, token) => ((Ask)state!).Lane.EndCancelled((Ask)state, token), ask)
            : default;
        lock (_lock)
        {
            if (!ask.Ended)
            {
                ask.Hold(deadline, registration);
                return;
            }
        }
        deadline?.Dispose();
        registration.Unregister();
    }

    /// <summary>Ends a question that has all its answers.</summary>
    private static bool End_NeedsLock(Ask ask)
    {
        if (ask.Left > 0 || ask.Ended) return false;
        ask.Ended = true;
        ask.Unline();
        return true;
    }

    private void EndLate(Ask ask)
    {
        Moves moves;
        var wait = _services.Budget.LeastWait(_call.Budget, ask.Priority, 0);
        lock (_lock)
        {
            if (ask.Ended) return;
            var at = _services.Watermarks.Now;
            foreach (var waiter in ask.Waiters)
            {
                if (waiter is null) continue;
                // A key that the budget held back all the time is late on its account, not on the platform's.
                bool heldBack = waiter.Slot!.Stage == Stage.Waiting && wait > TimeSpan.Zero;
                Detach_NeedsLock(waiter);
                ask.Answer(waiter.Index, new(heldBack ? Budgets.BudgetRefusal.DeadlineCannotBeMet(wait) : Failure.Late, at));
            }
            End_NeedsLock(ask);
            moves = Decide_NeedsLock();
        }
        ask.Tell();
        Make(moves);
    }

    private void EndCancelled(Ask ask, CancellationToken token)
    {
        Moves moves;
        lock (_lock)
        {
            if (ask.Ended) return;
            foreach (var waiter in ask.Waiters)
            {
                if (waiter is not null) Detach_NeedsLock(waiter);
            }
            ask.Ended = true;
            ask.Unline();
            moves = Decide_NeedsLock();
        }
        ask.Tell(token);
        Make(moves);
    }
}
