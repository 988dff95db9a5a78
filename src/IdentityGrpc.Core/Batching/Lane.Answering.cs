using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Batching;

// What becomes of a call's outcome (10)–(12).
internal sealed partial class Lane<TKey, TAnswer>
{
    private async Task FlyAsync(Batch batch, Permit permit)
    {
        var reply = await SendAsync(batch.Slots, batch.Priority, permit);
        var after = new Aftermath();
        var voids = VoidAmong(batch.Slots, reply.Answers, batch.AskedAt);
        lock (_lock)
        {
            _underWay[(int)batch.Priority]--;
            var took = TimeSpan.FromTicks(Now() - batch.LeftAt);
            _usualTime = _usualTime == default ? took : _usualTime + WeightOfLastCall * (took - _usualTime);
            if (IsRefusal(reply)) SortOut_NeedsLock(batch.Slots, reply.Failure!, batch.AskedAt, after);
            else Receive_NeedsLock(batch.Slots, reply, batch.AskedAt, voids, after);
            if (batch.Number == _batches) _returned = _waiting.Count > 0;
            after.Moves = Decide_NeedsLock();
        }
        Finish(after);
    }

    /// <summary>Sends one call. It belongs to nobody: no caller's token or deadline ends it.</summary>
    private async Task<LaneReply<TAnswer>> SendAsync(List<Slot> slots, Priority priority, Permit permit)
    {
        using var underWay = permit;
        var keys = new TKey[slots.Count];
        for (int i = 0; i < keys.Length; i++) keys[i] = slots[i].Key;
        using var limit = new CancellationTokenSource(_options.CallTimeout, _services.Time);
        try
        {
            var deadline = _services.Time.GetUtcNow() + _options.CallTimeout;
            return await _call.SendAsync(keys, new(priority, deadline, slots[0].Caller, limit.Token) { Permit = permit });
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return LaneFailures.TimedOut;
        }
        catch (Exception fault)
        {
            _services.Logger.CallFault(_call.Budget.Api, fault);
            return LaneFailures.Fault;
        }
    }

    private void Receive_NeedsLock(List<Slot> slots, LaneReply<TAnswer> reply, DateTimeOffset askedAt, bool[]? voids, Aftermath after)
    {
        // The ids that a refusal names are other people's keys.
        Outcome<TAnswer> failure = reply.Failure is { InvalidIds: not null } refusal ? refusal with { InvalidIds = null } : reply.Failure ?? LaneFailures.Fault;
        List<Slot>? singly = null;
        for (int i = 0; i < slots.Count; i++)
        {
            if (reply.Answers is not { } answers) Give_NeedsLock(slots[i], new(failure, askedAt), after);
            else if (answers[i] is not { } answer) (singly ??= []).Add(slots[i]);
            else Answer_NeedsLock(slots[i], new(answer, askedAt), voids?[i] ?? false, after);
        }
        if (singly is not null) AskSingly_NeedsLock(singly, after);
    }

    private void Answer_NeedsLock(Slot slot, Answer<TAnswer> answer, bool isVoid, Aftermath after)
    {
        if (!isVoid) // (12)
        {
            Give_NeedsLock(slot, answer, after);
            return;
        }
        _services.Metrics.Voided(_call.Budget, 1); // (10)
        if (++slot.Voids < CurrentAnswers.MostAsks) AskAgain_NeedsLock(slot);
        else Give_NeedsLock(slot, new(Failure.AlwaysChanging, answer.AskedAt), after);
    }

    /// <summary>Hands the answer to all who wait for it.</summary>
    private void Give_NeedsLock(Slot slot, Answer<TAnswer> answer, Aftermath after)
    {
        Remember_NeedsLock(slot, answer);
        while (slot.Waiters.First is { } waiter)
        {
            slot.Waiters.Remove(waiter);
            waiter.Ask.Answer(waiter.Index, answer);
            if (End_NeedsLock(waiter.Ask)) after.Told.Add(waiter.Ask);
        }
    }

    /// <summary>Lets the key leave once more, before all others. Where a newer slot of the key exists, it answers these callers too.</summary>
    private void AskAgain_NeedsLock(Slot slot)
    {
        if (slot.Waiters.Count == 0)
        {
            Forget_NeedsLock(slot);
            return;
        }
        if (!slot.IsNewest && _slots.TryGetValue(slot.Key, out var newest) && newest.Stage != Stage.Answered)
        {
            slot.Stage = Stage.Gone;
            while (slot.Waiters.First is { } waiter)
            {
                slot.Waiters.Remove(waiter);
                Attach_NeedsLock(waiter, newest);
            }
            // Their questions' lines may be used up; the slot must not depend on the line of who opened it.
            if (newest.Stage == Stage.Waiting) _again[newest.Compartment].Enqueue(newest);
            return;
        }
        if (!slot.IsNewest) Enter_NeedsLock(slot);
        Wait_NeedsLock(slot, first: true);
        _services.Metrics.Queued(_call.Budget, 1);
        _again[slot.Compartment].Enqueue(slot);
    }

    private void AskSingly_NeedsLock(List<Slot> slots, Aftermath after) // (11)
    {
        var single = new SingleAsk();
        foreach (var slot in slots)
        {
            if (_singly is null) Give_NeedsLock(slot, new(LaneFailures.Fault, slot.AskedAt!.Value), after);
            else if (slot.Waiters.Count == 0) Forget_NeedsLock(slot);
            else
            {
                slot.SingleAsk = single;
                single.Slots.Add(slot);
            }
        }
        single.Live = single.Slots.Count;
        if (single.Live > 0) after.SingleAsks.Add(single);
    }

    private async Task AskSinglyAsync(SingleAsk single)
    {
        var slots = single.Slots;
        var priority = slots.Exists(s => s.Priority == Priority.Interactive) ? Priority.Interactive : Priority.Bulk;
        Answer<TAnswer>[] answers;
        try
        {
            answers = await _singly!(slots.ConvertAll(s => s.Key), slots[0].AskedAt, new(priority, null, slots[0].Caller, single.Token));
        }
        catch (OperationCanceledException) when (single.IsCancellationRequested)
        {
            return; // nobody waits for any of them
        }
        catch (Exception fault)
        {
            _services.Logger.CallFault(_call.Budget.Api, fault);
            answers = slots.ConvertAll(s => new Answer<TAnswer>(LaneFailures.Fault, s.AskedAt!.Value)).ToArray();
        }
        var after = new Aftermath();
        lock (_lock)
        {
            for (int i = 0; i < slots.Count; i++)
            {
                slots[i].SingleAsk = null;
                if (slots[i].Stage is not (Stage.Gone or Stage.Answered)) Give_NeedsLock(slots[i], answers[i], after);
            }
            after.Moves = Decide_NeedsLock();
        }
        Finish(after);
    }

    private bool[]? VoidAmong(List<Slot> slots, Outcome<TAnswer>?[]? answers, DateTimeOffset askedAt)
    {
        bool[]? voids = null;
        for (int i = 0; i < answers?.Length; i++)
        {
            if (answers[i] is { } answer && _call.HasEnded(slots[i].Key, new(answer, askedAt))) (voids ??= new bool[slots.Count])[i] = true;
        }
        return voids;
    }

    /// <summary>Does, outside the lock, what was found due under it.</summary>
    private void Finish(Aftermath after)
    {
        foreach (var ask in after.Told) ask.Tell();
        Make(after.Moves);
        foreach (var single in after.SingleAsks) _ = AskSinglyAsync(single);
        foreach (var ward in after.Wards) _ = SortOutAsync(ward);
    }

    private sealed class Aftermath
    {
        public readonly List<Ask> Told = [];
        public readonly List<SingleAsk> SingleAsks = [];
        public readonly List<Ward> Wards = [];
        public Moves Moves;
    }
}
