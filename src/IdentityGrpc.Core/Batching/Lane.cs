using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Batching;

/// <summary>Packs the questions of one lane (design §5) into full calls, and hands each key its own answer.</summary>
/// <remarks>
/// <para>Asking (this file):
/// (0) A long question begins when the lane can use its keys (<c>Lane.Intake.cs</c>).
/// (1) A key that is asked for already shares that slot, unless the slot left before the caller's <c>notBefore</c>; one
/// that has just been answered shares that answer (<c>Lane.Recent.cs</c>).
/// (2) Any other key gets a slot and waits to leave; past the bounds, or where the budget cannot meet the deadline, it
/// is refused at once.
/// (3) A caller that is cancelled or late leaves its slots. A slot that has not left and that nobody waits for any more
/// is dropped; one that has left goes on for those who join it.
/// </para><para>Leaving (<c>Lane.Leaving.cs</c>), for interactive and for bulk keys each: of those that wait, a batch is due
/// (4) when it would be full, (5) when nothing of the lane is under way, (6) when the call that left last has returned
/// (earlier ones return every few milliseconds under load, and would each take half a batch), or (7) when the oldest
/// key has waited for max(linger, the usual upstream time), at most 20 ms. While further keys of a question are about to join,
/// (5) and (6) wait for them.
/// (8) When one is due, a permit is taken from the budget; keys go on joining meanwhile. (9) Only then is the batch
/// composed: keys to be asked again, keys of the permit's priority, and, where room is left, keys of the other
/// priority; callers take turns, and so do the questions of a caller, its long ones one after another (<c>Lane.FairLine.cs</c>).
/// </para><para>Answering (<c>Lane.Answering.cs</c>):
/// (10) An answer asked for no later than its key last ended is void; the key is asked again.
/// (11) An answer that cannot be joined is asked for singly, in the lane for that.
/// (12) Every other answer goes to all who wait for it.
/// (13) A batch refused for ids in it (U1) is sorted out (<c>Lane.Refusals.cs</c>).
/// (14) The answers of a long question are kept, and handed on, when calls can do without the processor (<c>Lane.Intake.cs</c>).
/// </para>
/// One lock guards everything. Callers are told, the platform is asked and permits are taken outside of it; only what waits
/// for nobody is done under it: the budget's estimates and the watermarks are read, and the budget is told to expect calls.
/// </remarks>
internal sealed partial class Lane<TKey, TAnswer> where TKey : struct where TAnswer : class
{
    private const int JoinsPerLock = 1_000; // a long question lets others in between, where its keys fill whole calls

    private readonly Lock _lock = new();
    private readonly ILaneCall<TKey, TAnswer> _call;
    private readonly SinglyAsker? _singly;
    private readonly LaneServices _services;
    private readonly BatchingOptions _options;
    private readonly ITimer _timer;
    private readonly long _origin;

    private readonly CallerCounts _waitingOfCaller = new();
    private readonly int[] _waitingOfPriority = new int[Priorities];
    private readonly int[] _waitingOfCompartment;
    private Chain<Slot> _waiting; // oldest first
    private long _usedAt;
    private int _asking;
    private bool _retired;

    public Lane(ILaneCall<TKey, TAnswer> call, SinglyAsker? singly, LaneServices services)
    {
        (_call, _singly, _services, _options) = (call, singly, services, services.Options);
        _lines = [.. Enumerable.Range(0, Priorities * call.Compartments).Select(_ => new FairLine())];
        _again = [.. Enumerable.Range(0, call.Compartments).Select(_ => new Queue<Slot>())];
        _waitingOfCompartment = new int[call.Compartments];
        _origin = services.Time.GetTimestamp();
        _timer = services.Time.CreateTimer(static lane => ((Lane<TKey, TAnswer>)lane!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Asks key by key, as one caller.</summary>
    public delegate Task<Answer<TAnswer>[]> SinglyAsker(IReadOnlyList<TKey> keys, DateTimeOffset? notBefore, CallContext call);

    /// <summary>Keys that wait, are under way or are sorted out.</summary>
    public int KeysAsked
    {
        get { lock (_lock) return KeysAsked_NeedsLock; }
    }

    /// <summary>Asks for the keys.</summary>
    /// <returns>Null where the lane is out of use: ask its successor.</returns>
    public Task<Answer<TAnswer>[]>? TryAsk(IReadOnlyList<TKey> keys, DateTimeOffset? notBefore, CallContext call)
    {
        if (call.Cancellation.IsCancellationRequested) return Task.FromCanceled<Answer<TAnswer>[]>(call.Cancellation);
        var ask = new Ask(this, keys.Count, call);
        if (keys.Count == 0) return Task.FromResult(ask.Answers);
        if (TimeLeft(call) <= TimeSpan.Zero) return Task.FromResult(ask.AnswerAll(Failure.Late, _services.Watermarks.Now));
        Moves moves = default;
        bool ended = false;
        for (int start = 0; start < keys.Count; start += JoinsPerLock)
        {
            int end = Math.Min(start + JoinsPerLock, keys.Count);
            lock (_lock)
            {
                if (start == 0)
                {
                    if (_retired) return null;
                    _asking++;
                }
                JoinAll_NeedsLock(ask, keys, start, end, notBefore);
                if (end < keys.Count) continue;
                _asking--;
                ended = End_NeedsLock(ask);
                moves = Decide_NeedsLock();
            }
        }
        if (ended) ask.Tell();
        else Listen(ask);
        Make(moves);
        return ask.Task;
    }

    /// <summary>Takes the lane out of use where it has been idle for that long.</summary>
    public bool TryRetire(TimeSpan idle)
    {
        lock (_lock)
        {
            _retired = KeysAsked_NeedsLock == 0 && _asking == 0 && _underWay.Sum() == 0 && !_taking.Contains(true) && _wards.Count == 0
                && Now() - _usedAt >= idle.Ticks;
            if (_retired) _timer.Dispose();
            return _retired;
        }
    }

    private TimeSpan? TimeLeft(CallContext call) => call.Deadline - _options.DeadlineMargin - _services.Time.GetUtcNow();

    // A deadline that the budget cannot meet. As callers take turns, the first keys may leave with the very next permit,
    // however many wait, the next ones with the permit after that, and so on; what turns out too hopeful ends with the
    // deadline. One estimate serves a batch, and those behind a batch that comes too late come later still.
    private Failure? OutOfReach_NeedsLock(Ask ask, int compartment, TimeSpan? timeLeft)
    {
        if (timeLeft is not { } left) return null;
        var reach = ask.ReachOf(compartment);
        int before = reach.Opened++;
        if (reach.Refusal is null && before % _call.Capacity == 0
            && _services.Budget.LeastWait(_call.Budget, ask.Priority, before / _call.Capacity) is var wait && wait > left)
        {
            reach.Refusal = BudgetRefusal.DeadlineCannotBeMet(wait);
        }
        if (reach.Refusal is not null) _services.Metrics.Refused(_call.Budget, "deadline", 1);
        return reach.Refusal;
    }

    private void JoinAll_NeedsLock(Ask ask, IReadOnlyList<TKey> keys, int start, int end, DateTimeOffset? notBefore)
    {
        long now = Now();
        var timeLeft = TimeLeft(ask.Call);
        int waiting = _waiting.Count, shared = 0;
        ForgetRecent_NeedsLock(now);
        for (int i = start; i < end; i++)
        {
            var slot = Find_NeedsLock(keys[i], notBefore); // (1)
            if (slot is { Stage: Stage.Answered })
            {
                ask.Answer(i, slot.Answer);
                shared++;
                continue;
            }
            if (slot is null)
            {
                int compartment = _call.CompartmentOf(keys[i]);
                if ((OutOfReach_NeedsLock(ask, compartment, timeLeft) ?? Full_NeedsLock(ask)) is { } refusal) // (2)
                {
                    ask.Answer(i, new(refusal, _services.Watermarks.Now));
                    continue;
                }
                slot = new(keys[i], compartment, ask.Caller) { Since = now };
                Enter_NeedsLock(slot);
                Wait_NeedsLock(slot, first: false);
            }
            else
            {
                shared++;
            }
            Attach_NeedsLock(new(ask, i), slot);
            if (slot.Stage == Stage.Waiting) LineOf(ask.Priority, slot.Compartment).Add(ask.StrandOf(slot.Compartment));
        }
        ask.Attached = end;
        _services.Metrics.Queued(_call.Budget, _waiting.Count - waiting);
        _services.Metrics.Shared(_call.Budget, shared);
    }

    private Failure? Full_NeedsLock(Ask ask)
    {
        if (_waitingOfPriority[(int)ask.Priority] < _options.QueueLimit
            && _waitingOfCaller.Of(ask.Caller) < _options.QueueLimitPerCaller) return null;
        _services.Metrics.Refused(_call.Budget, "queue_full", 1);
        return ask.QueueIsFull ??= BudgetRefusal.QueueIsFull(_services.Budget.LeastWait(_call.Budget, ask.Priority, _waitingOfPriority[(int)ask.Priority] / (_call.Capacity * _call.Compartments)));
    }

    private void Wait_NeedsLock(Slot slot, bool first)
    {
        (slot.Stage, slot.AskedAt) = (Stage.Waiting, null);
        if (first) _waiting.AddFirst(slot);
        else _waiting.AddLast(slot);
        Count_NeedsLock(slot, 1);
    }

    private void Unwait_NeedsLock(Slot slot, Stage stage)
    {
        slot.Stage = stage;
        _waiting.Remove(slot);
        Count_NeedsLock(slot, -1);
    }

    private void Count_NeedsLock(Slot slot, int change)
    {
        _waitingOfPriority[(int)slot.Priority] += change;
        _waitingOfCompartment[slot.Compartment] += change;
        _waitingOfCaller.Add(slot.Caller, change);
    }

    private void Attach_NeedsLock(Waiter waiter, Slot slot)
    {
        waiter.Slot = slot;
        waiter.Ask.Waiters[waiter.Index] = waiter;
        slot.Waiters.AddLast(waiter);
        if (waiter.Ask.Priority == Priority.Interactive) Promote_NeedsLock(slot, 1);
    }

    /// <summary>Takes the waiter out of its slot; the slot goes too where that makes it useless.</summary>
    private void Detach_NeedsLock(Waiter waiter)
    {
        var slot = waiter.Slot!;
        slot.Waiters.Remove(waiter);
        if (waiter.Ask.Priority == Priority.Interactive) Promote_NeedsLock(slot, -1);
        if (slot.Waiters.Count > 0) return;
        if (slot.Stage == Stage.Waiting)
        {
            Unwait_NeedsLock(slot, Stage.Gone);
            _services.Metrics.Queued(_call.Budget, -1);
        }
        else if (slot.SingleAsk is { } single)
        {
            if (--single.Live == 0) _ = single.CancelAsync();
        }
        else if (slot.Stage != Stage.Quarantined)
        {
            return;
        }
        Forget_NeedsLock(slot);
    }

    private void Promote_NeedsLock(Slot slot, int interactiveWaiters)
    {
        var before = slot.Priority;
        slot.InteractiveWaiters += interactiveWaiters;
        if (slot.Stage != Stage.Waiting || slot.Priority == before) return;
        _waitingOfPriority[(int)before]--;
        _waitingOfPriority[(int)slot.Priority]++;
    }

    private long Now() => _services.Time.GetElapsedTime(_origin).Ticks;
}
