using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Batching;

// When long questions begin (0), and end (14). Looking for their keys in the caches, and joining, and keeping their answers and handing
// them on, takes the processor from the calls by which permits are spent: while permits are to be had, and keys enough wait to spend
// them, that waits too.
internal sealed partial class Lane<TKey, TAnswer>
{
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMilliseconds(500);

    // Permits that come one soon after the other are a burst; what begins between two of them holds the next one up.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);

    private readonly Queue<Intake>[] _intakes = [.. Enumerable.Range(0, Priorities).Select(_ => new Queue<Intake>())];
    private readonly bool[] _isHeldBack = new bool[Priorities]; // whether the next permit is a pause away
    private readonly int[] _begun = new int[Priorities]; // keys of questions that have begun, and not joined yet
    private readonly int[] _toBegin = new int[Priorities]; // keys of questions that wait to begin
    private readonly TaskCompletionSource?[] _rests = new TaskCompletionSource?[Priorities]; // where answers wait until calls can do without the processor
    private int _expected; // calls that the budget has been told to expect

    /// <summary>
    /// Waits until the lane can use further keys: until the budget holds its calls back, or fewer keys wait than the calls take that may be
    /// under way; half a second at most, and no longer than the deadline.
    /// </summary>
    /// <param name="keys">How many are about to be asked for.</param>
    /// <param name="call">The call.</param>
    /// <returns>To be disposed of when the keys have joined, or will not.</returns>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public async ValueTask<IDisposable> BeginAsync(int keys, CallContext call)
    {
        var intake = new Intake(this, keys, call.Priority);
        lock (_lock)
        {
            _intakes[(int)call.Priority].Enqueue(intake);
            _toBegin[(int)call.Priority] += keys;
            TakeIn_NeedsLock();
        }
        if (intake.Task.IsCompleted) return intake;
        try
        {
            await WaitAsync(intake.Task, call);
        }
        catch (OperationCanceledException)
        {
            intake.Dispose();
            throw;
        }
        lock (_lock) Begin_NeedsLock(intake);
        return intake;
    }

    /// <summary>
    /// Waits until calls can do without the processor: until the budget holds them back, or fewer keys are left than they take that may be
    /// under way, counting those that are about to join; half a second at most, and no longer than the deadline.
    /// </summary>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public ValueTask LetCallsLeaveAsync(CallContext call)
    {
        Task rest;
        lock (_lock)
        {
            if (!IsSending_NeedsLock(call.Priority)) return default;
            rest = (_rests[(int)call.Priority] ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
        return new(WaitAsync(rest, call));
    }

    private async Task WaitAsync(Task task, CallContext call)
    {
        var patience = TimeLeft(call) is { } left && left < s_longestWait ? left : s_longestWait;
        try
        {
            if (patience > TimeSpan.Zero) await task.WaitAsync(patience, _services.Time, call.Cancellation);
        }
        catch (TimeoutException)
        {
            // It has waited long enough.
        }
    }

    private bool IsSending_NeedsLock(Priority priority) => !IsHeldBack_NeedsLock(priority) && KeysLeft_NeedsLock(priority) >= KeysUnderWay;

    private bool IsHeldBack_NeedsLock(Priority priority) => _isHeldBack[0] || _isHeldBack[(int)priority];

    // Interactive keys overtake bulk ones, so only their own like is ahead of them.
    private int KeysLeft_NeedsLock(Priority priority) => priority == Priority.Interactive
        ? _waitingOfPriority[0] + _begun[0] + _toBegin[0]
        : _waiting.Count + _begun.Sum() + _toBegin.Sum();

    private int KeysUnderWay => _call.InFlightLimit * _call.Capacity;

    private void TakeIn_NeedsLock()
    {
        for (var priority = Priority.Interactive; priority <= Priority.Bulk; priority++)
        {
            while (_intakes[(int)priority].Count > 0 && WantsKeys_NeedsLock(priority)) Begin_NeedsLock(_intakes[(int)priority].Dequeue());
            if (_rests[(int)priority] is not { } rest || IsSending_NeedsLock(priority)) continue;
            rest.SetResult();
            _rests[(int)priority] = null;
        }
        Expect_NeedsLock();
    }

    // As many calls as the keys fill that are there, or are about to join.
    private void Expect_NeedsLock()
    {
        int before = _expected;
        _expected = (KeysLeft_NeedsLock(Priority.Bulk) + _call.Capacity - 1) / _call.Capacity;
        if (_expected != before) _services.Budget.Expect(_call.Budget, _expected - before);
    }

    // Of those that have begun, the first are to join soon, even where there is time for all: each has its turn, and many in turns would
    // join together, at the end.
    private bool WantsKeys_NeedsLock(Priority priority)
    {
        bool isInteractive = priority == Priority.Interactive;
        int begun = isInteractive ? _begun[0] : _begun[0] + _begun[1];
        int waiting = IsHeldBack_NeedsLock(priority) ? 0 : isInteractive ? _waitingOfPriority[0] : _waiting.Count;
        return begun + waiting < KeysUnderWay;
    }

    private void Begin_NeedsLock(Intake intake)
    {
        if (!intake.TrySetResult()) return;
        _toBegin[(int)intake.Priority] -= intake.Keys;
        _begun[(int)intake.Priority] += intake.Keys;
    }

    /// <summary>A permit is waited for.</summary>
    private void HoldBack(Priority priority)
    {
        bool isPause = _services.Budget.NextPermit(_call.Budget, priority) >= s_pause;
        lock (_lock)
        {
            _isHeldBack[(int)priority] = isPause;
            TakeIn_NeedsLock();
        }
    }

    private sealed class Intake(Lane<TKey, TAnswer> lane, int keys, Priority priority) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), IDisposable
    {
        private bool _isOver;

        public int Keys => keys;

        public Priority Priority => priority;

        public void Dispose()
        {
            lock (lane._lock)
            {
                if (_isOver) return;
                _isOver = true;
                if (TrySetCanceled()) lane._toBegin[(int)priority] -= keys;
                else lane._begun[(int)priority] -= keys;
                lane.TakeIn_NeedsLock();
            }
        }
    }
}
