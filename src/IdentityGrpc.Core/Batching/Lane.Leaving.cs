using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Batching;

// When batches leave, and what is in them (4)–(9).
internal sealed partial class Lane<TKey, TAnswer>
{
    private const int Priorities = 2;
    private const double WeightOfLastCall = 0.2;

    private readonly FairLine[] _lines; // by priority and compartment
    private readonly Queue<Slot>[] _again; // by compartment; keys to be asked again go first
    private readonly int[] _underWay = new int[Priorities];
    private readonly bool[] _taking = new bool[Priorities]; // whether a permit is being taken
    private readonly CancellationTokenSource?[] _untake = new CancellationTokenSource?[Priorities];
    private TimeSpan _usualTime;
    private long _batches; // that have left
    private bool _returned, _armed;

    private FairLine LineOf(Priority priority, int compartment) => _lines[(int)priority * _call.Compartments + compartment];

    private void Wake()
    {
        Moves moves;
        lock (_lock)
        {
            _armed = false;
            moves = Decide_NeedsLock();
        }
        Make(moves);
    }

    /// <summary>What is to be done, outside the lock, after the keys that wait or the calls under way have changed.</summary>
    private Moves Decide_NeedsLock()
    {
        long now = _usedAt = Now();
        bool interactive = Start_NeedsLock(Priority.Interactive, now), bulk = Start_NeedsLock(Priority.Bulk, now);
        Arm_NeedsLock(now);
        TakeIn_NeedsLock();
        return new(interactive, bulk, Stop_NeedsLock(Priority.Interactive), Stop_NeedsLock(Priority.Bulk));
    }

    private bool Start_NeedsLock(Priority priority, long now)
    {
        if (_taking[(int)priority] || !IsDue_NeedsLock(priority, now)) return false;
        return _taking[(int)priority] = true;
    }

    private CancellationTokenSource? Stop_NeedsLock(Priority priority)
    {
        if (!_taking[(int)priority] || _waitingOfPriority[(int)priority] > 0) return null;
        var untake = _untake[(int)priority];
        _untake[(int)priority] = null;
        return untake;
    }

    private void Make(Moves moves)
    {
        moves.UntakeInteractive?.Cancel();
        moves.UntakeBulk?.Cancel();
        if (moves.LeaveInteractive) BeginToLeave(Priority.Interactive);
        if (moves.LeaveBulk) BeginToLeave(Priority.Bulk);
    }

    // Calls of the platform do not take the turns of the caller that happens to begin them.
    private void BeginToLeave(Priority priority)
    {
        if (TaskScheduler.Current == TaskScheduler.Default) _ = LeaveAsync(priority);
        else _ = Task.Run(() => LeaveAsync(priority));
    }

    private bool IsDue_NeedsLock(Priority priority, long now)
    {
        if (_waitingOfPriority[(int)priority] == 0 || _underWay[(int)priority] >= _call.InFlightLimit) return false;
        // An interactive batch about to leave takes bulk keys along, so bulk keys count from behind it.
        int ahead = priority == Priority.Bulk && _taking[(int)Priority.Interactive] ? 1 : 0;
        return WouldBeFull_NeedsLock(ahead) // (4)
            || (_asking == 0 && (_underWay[0] + _underWay[1] + ahead == 0 // (5)
            || _returned)) // (6)
            || now - _waiting.First!.Since >= Patience_NeedsLock().Ticks; // (7)
    }

    // A compartment that no key waits for does not keep the others back.
    private bool WouldBeFull_NeedsLock(int batchesAhead)
    {
        bool full = false;
        foreach (int waiting in _waitingOfCompartment)
        {
            int behind = waiting - batchesAhead * _call.Capacity;
            if (behind >= _call.Capacity) full = true;
            else if (behind > 0) return false;
        }
        return full;
    }

    private TimeSpan Patience_NeedsLock()
    {
        var patience = _usualTime > _options.Linger ? _usualTime : _options.Linger;
        return patience < _options.MaxLinger ? patience : _options.MaxLinger;
    }

    private void Arm_NeedsLock(long now)
    {
        bool needed = (_waitingOfPriority[0] > 0 && !_taking[0] && _underWay[0] < _call.InFlightLimit)
            || (_waitingOfPriority[1] > 0 && !_taking[1] && _underWay[1] < _call.InFlightLimit);
        if (needed == _armed) return;
        _armed = needed;
        if (!needed) _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        else _timer.Change(WholeMilliseconds(_waiting.First!.Since + Patience_NeedsLock().Ticks - now), Timeout.InfiniteTimeSpan);
    }

    // Timers count whole milliseconds; one that fires early would be set again and again.
    private static TimeSpan WholeMilliseconds(long ticks) => TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling((double)ticks / TimeSpan.TicksPerMillisecond)));

    /// <summary>Lets batches leave, one permit after the other, as long as they are due.</summary>
    private async Task LeaveAsync(Priority priority)
    {
        while (true)
        {
            CancellationToken untake = default;
            Moves moves = default;
            lock (_lock)
            {
                _isHeldBack[(int)priority] = false;
                _taking[(int)priority] = IsDue_NeedsLock(priority, Now());
                if (_taking[(int)priority]) untake = (_untake[(int)priority] ??= new()).Token;
                else moves = Decide_NeedsLock();
            }
            if (untake == default)
            {
                Make(moves);
                return;
            }
            Outcome<Permit> permit;
            try
            {
                var taken = _services.Budget.TakeAsync(_call.Budget, new(_call.IsApart ? Priority.Bulk : priority, null, "", untake)); // (8)
                if (!taken.IsCompleted) HoldBack(priority);
                permit = await CallThread.Wait(taken.AsTask());
            }
            catch (OperationCanceledException) when (untake.IsCancellationRequested)
            {
                continue;
            }
            catch (Exception fault)
            {
                _services.Logger.PermitFault(_call.Budget.Api, fault);
                permit = LaneFailures.Fault;
            }
            if (!permit.Succeeded) RefuseWaiting(priority, permit.Failure);
            else if (Compose(priority) is { } batch) _ = FlyAsync(batch, permit.Value);
            else permit.Value.Dispose();
        }
    }

    private void RefuseWaiting(Priority priority, Failure refusal)
    {
        var after = new Aftermath();
        lock (_lock)
        {
            var at = _services.Watermarks.Now;
            int refused = 0;
            for (var slot = _waiting.First; slot is not null;)
            {
                var next = slot.Next;
                if (slot.Priority == priority)
                {
                    Unwait_NeedsLock(slot, Stage.Gone);
                    Give_NeedsLock(slot, new(refusal, at), after);
                    refused++;
                }
                slot = next;
            }
            _services.Metrics.Queued(_call.Budget, -refused);
            after.Moves = Decide_NeedsLock();
        }
        Finish(after);
    }

    /// <summary>Takes the keys of one call (9); null where all that waited have gone.</summary>
    private Batch? Compose(Priority priority)
    {
        lock (_lock)
        {
            var slots = new List<Slot>(Math.Min(_waiting.Count, _call.Capacity * _call.Compartments));
            long oldest = long.MaxValue;
            var other = priority == Priority.Bulk ? Priority.Interactive : Priority.Bulk;
            for (int c = 0; c < _call.Compartments; c++)
            {
                int room = _call.Capacity;
                while (room > 0 && (TakeAgain_NeedsLock(c) ?? LineOf(priority, c).Take() ?? LineOf(other, c).Take()) is { } slot)
                {
                    room--;
                    oldest = Math.Min(oldest, slot.Since);
                    Unwait_NeedsLock(slot, Stage.UnderWay);
                    slots.Add(slot);
                }
            }
            if (slots.Count == 0) return null;
            TakeIn_NeedsLock();
            _returned = false;
            _underWay[(int)priority]++;
            var askedAt = _services.Watermarks.Now;
            foreach (var slot in slots) slot.AskedAt = askedAt;
            long now = Now();
            _services.Metrics.Queued(_call.Budget, -slots.Count);
            _services.Metrics.Left(_call.Budget, priority, slots.Count, _call.Capacity * _call.Compartments, TimeSpan.FromTicks(now - oldest));
            return new(++_batches, slots, priority, askedAt, now);
        }
    }

    private Slot? TakeAgain_NeedsLock(int compartment)
    {
        while (_again[compartment].TryDequeue(out var slot))
        {
            if (slot.Stage == Stage.Waiting) return slot;
        }
        return null;
    }

    private readonly record struct Moves(bool LeaveInteractive, bool LeaveBulk, CancellationTokenSource? UntakeInteractive, CancellationTokenSource? UntakeBulk);

    private sealed record Batch(long Number, List<Slot> Slots, Priority Priority, DateTimeOffset AskedAt, long LeftAt);
}
