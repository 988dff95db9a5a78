using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Batching;

// (13) What becomes of a batch that the platform refused for ids in it (U1).
//
// Named ids get the refusal as their answer. The others leave once more at once, with whoever waits. A key whose
// batch is refused a second time, or without a name that was asked for, goes into quarantine: the keys of the batch
// are halved until the bad ones stand alone, apart from strangers, at bulk priority and with few calls per caller at
// a time, so that garbage slows its sender only. Of two halves of a refused group the second need not be asked
// as a whole once the first was fine. One bad id among 50 so costs 2 calls when named and at most 13 when not.
// Ids that were called invalid are remembered, and leave in a lane of their own when they are asked again.
internal sealed partial class Lane<TKey, TAnswer>
{
    private readonly Dictionary<string, Ward> _wards = new(StringComparer.Ordinal);

    private static bool IsRefusal(LaneReply<TAnswer> reply) => reply.Failure?.InvalidIds is not null;

    private void SortOut_NeedsLock(List<Slot> slots, Failure refusal, DateTimeOffset askedAt, Aftermath after)
    {
        var rest = TakeOutNamed_NeedsLock(slots, refusal, askedAt, after);
        if (rest.Count == 0) return;
        if (rest.Count == slots.Count)
        {
            Commit_NeedsLock(rest, knownBad: true, askedAt, after);
            return;
        }
        foreach (var slot in rest)
        {
            if (slot.Refusals++ == 0 && !_call.IsApart) AskAgain_NeedsLock(slot);
        }
        Commit_NeedsLock(rest.FindAll(s => s.Stage == Stage.UnderWay), knownBad: false, askedAt, after);
    }

    /// <summary>Answers the keys that the refusal names; a key that stands alone need not be named.</summary>
    /// <returns>The others.</returns>
    private List<Slot> TakeOutNamed_NeedsLock(List<Slot> slots, Failure refusal, DateTimeOffset askedAt, Aftermath after)
    {
        var named = refusal.InvalidIds!.ToHashSet(StringComparer.Ordinal);
        Answer<TAnswer> answer = new(refusal with { InvalidIds = null }, askedAt);
        var rest = new List<Slot>(slots.Count);
        foreach (var slot in slots)
        {
            if (slots.Count > 1 && !named.Contains(_call.NameOf(slot.Key)))
            {
                rest.Add(slot);
                continue;
            }
            _call.Refused(slot.Key);
            Answer_NeedsLock(slot, answer, _call.HasEnded(slot.Key, answer), after);
        }
        return rest;
    }

    private void Commit_NeedsLock(List<Slot> slots, bool knownBad, DateTimeOffset askedAt, Aftermath after)
    {
        slots.RemoveAll(slot => !Hold_NeedsLock(slot));
        if (slots.Count == 0) return;
        string owner = slots.GroupBy(s => s.Caller, StringComparer.Ordinal).MaxBy(g => g.Count())!.Key;
        if (!_wards.TryGetValue(owner, out var ward)) _wards[owner] = ward = new(owner);
        if (ward.Keys + slots.Count > _options.QuarantineLimitPerCaller)
        {
            var strangers = slots.FindAll(s => s.Caller != owner);
            var refusal = BudgetRefusal.TooManyRefusedIds(_services.Budget.LeastWait(_call.Budget, Priority.Bulk, ward.Groups.Count));
            foreach (var slot in slots)
            {
                if (slot.Caller == owner) Give_NeedsLock(slot, new(refusal, askedAt), after);
            }
            _services.Metrics.Refused(_call.Budget, "quarantine_full", slots.Count - strangers.Count);
            if (ward.Keys == 0 && ward.Workers == 0) _wards.Remove(owner);
            Commit_NeedsLock(strangers, knownBad: false, askedAt, after);
            return;
        }
        // Halves part the keys of one caller from those of another first.
        slots.Sort(static (a, b) => string.CompareOrdinal(a.Caller, b.Caller));
        ward.Keys += slots.Count;
        ward.Groups.Enqueue(new(slots, knownBad));
        _services.Metrics.Quarantined(_call.Budget, slots.Count);
        if (ward.Workers >= _options.QuarantineCallsPerCaller) return;
        ward.Workers++;
        after.Wards.Add(ward);
    }

    /// <returns>Whether somebody still waits for it.</returns>
    private bool Hold_NeedsLock(Slot slot)
    {
        if (slot.Stage is Stage.Gone or Stage.Answered) return false;
        if (slot.Waiters.Count == 0) Forget_NeedsLock(slot);
        else (slot.Stage, slot.AskedAt) = (Stage.Quarantined, null);
        return slot.Stage == Stage.Quarantined;
    }

    private async Task SortOutAsync(Ward ward)
    {
        while (true)
        {
            Group? group;
            lock (_lock)
            {
                if (!ward.Groups.TryDequeue(out group))
                {
                    if (--ward.Workers == 0 && ward.Keys == 0) _wards.Remove(ward.Owner);
                    return;
                }
            }
            int keys = group.Slots.Count;
            try
            {
                await SortOutAsync(ward, group);
            }
            catch (Exception fault)
            {
                _services.Logger.QuarantineFault(_call.Budget.Api, fault);
                GiveUp(group.Slots);
            }
            lock (_lock) ward.Keys -= keys;
        }
    }

    private async Task SortOutAsync(Ward ward, Group group)
    {
        var bad = new BadGroups(ward.Owner);
        if (group.KnownBad) bad.Add(group.Slots);
        else await AskApartAsync(ward, group.Slots, bad);
        while (bad.Take() is { } slots)
        {
            if (_call.IsApart)
            {
                foreach (var slot in slots) await AskApartAsync(ward, [slot], bad);
                continue;
            }
            var (left, right) = (slots[..(slots.Count / 2)], slots[(slots.Count / 2)..]);
            if (await AskApartAsync(ward, left, bad) && right.Count > 1) bad.Add(right);
            else await AskApartAsync(ward, right, bad);
        }
    }

    /// <summary>Asks for the keys; where the platform refuses them without naming one, they join the bad groups.</summary>
    /// <returns>Whether the platform accepted all of them.</returns>
    private async Task<bool> AskApartAsync(Ward ward, List<Slot> slots, BadGroups bad)
    {
        bool accepted = true;
        while (true)
        {
            var permit = await _services.Budget.TakeAsync(_call.Budget, new(Priority.Bulk, null, ward.Owner, CancellationToken.None));
            DateTimeOffset askedAt;
            lock (_lock)
            {
                slots = slots.FindAll(s => s.Stage == Stage.Quarantined);
                askedAt = _services.Watermarks.Now;
                foreach (var slot in slots) (slot.Stage, slot.AskedAt) = (Stage.UnderWay, askedAt);
            }
            if (slots.Count == 0)
            {
                permit.Value?.Dispose();
                return false;
            }
            var reply = permit.Succeeded ? await SendAsync(slots, Priority.Bulk, permit.Value) : permit.Failure;
            var after = new Aftermath();
            var voids = VoidAmong(slots, reply.Answers, askedAt);
            List<Slot> rest = [];
            lock (_lock)
            {
                if (!IsRefusal(reply)) Receive_NeedsLock(slots, reply, askedAt, voids, after);
                else rest = TakeOutNamed_NeedsLock(slots, reply.Failure!, askedAt, after).FindAll(Hold_NeedsLock);
                after.Moves = Decide_NeedsLock();
            }
            Finish(after);
            if (!IsRefusal(reply)) return accepted && reply.Answers is not null;
            accepted = false;
            if (rest.Count == 0) return false;
            bool named = rest.Count < slots.Count;
            slots = rest;
            if (named) continue;
            bad.Add(slots);
            return false;
        }
    }

    private void GiveUp(List<Slot> slots)
    {
        var after = new Aftermath();
        lock (_lock)
        {
            foreach (var slot in slots)
            {
                if (slot.Stage is Stage.Quarantined or Stage.UnderWay) Give_NeedsLock(slot, new(LaneFailures.Fault, _services.Watermarks.Now), after);
            }
            after.Moves = Decide_NeedsLock();
        }
        Finish(after);
    }

    /// <summary>The groups of one caller that are sorted out.</summary>
    private sealed class Ward(string owner)
    {
        public readonly string Owner = owner;
        public readonly Queue<Group> Groups = new();
        public int Keys, Workers;
    }

    /// <summary>Groups that hold bad ids: those with strangers' keys among them first, then in the order of their finding.</summary>
    private sealed class BadGroups(string owner)
    {
        private readonly Queue<List<Slot>> _withStrangers = new(), _others = new();

        public void Add(List<Slot> slots) => (slots.Exists(s => s.Caller != owner) ? _withStrangers : _others).Enqueue(slots);

        public List<Slot>? Take() => _withStrangers.TryDequeue(out var slots) || _others.TryDequeue(out slots) ? slots : null;
    }

    /// <param name="Slots">The keys.</param>
    /// <param name="KnownBad">Whether the platform has refused exactly these, so that asking for all of them again is pointless.</param>
    private sealed record Group(List<Slot> Slots, bool KnownBad);
}
