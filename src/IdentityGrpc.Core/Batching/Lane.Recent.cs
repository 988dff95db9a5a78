using System.Runtime.InteropServices;
using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Batching;

// The slots of each key, and answers just given (12): those slots stay for a while. Between the end of a slot and the moment
// when its callers have put the answer into the cache lies a while, a long one for many callers: who asks in it would open a
// slot for what is known already.
internal sealed partial class Lane<TKey, TAnswer>
{
    private const int MostRecent = 2_000; // young objects that each collection meets

    // The newest slot of each key that is asked for or has just been answered.
    private readonly Dictionary<TKey, Slot> _slots = [];
    private Chain<Slot> _recent; // those that are answered, oldest first

    private int KeysAsked_NeedsLock => _slots.Count - _recent.Count;

    /// <summary>The slot that a question about the key can share; null: none.</summary>
    private Slot? Find_NeedsLock(TKey key, DateTimeOffset? notBefore) =>
        _slots.TryGetValue(key, out var slot) && !(slot.AskedAt <= notBefore)
        && (slot.Stage != Stage.Answered || !_call.HasEnded(key, slot.Answer))
            ? slot
            : null;

    /// <summary>Makes it the newest slot of its key.</summary>
    private void Enter_NeedsLock(Slot slot)
    {
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_slots, slot.Key, out _);
        if (place is { } older)
        {
            older.IsNewest = false;
            if (older.Stage == Stage.Answered) _recent.Remove(older);
        }
        place = slot;
        slot.IsNewest = true;
    }

    private void Forget_NeedsLock(Slot slot)
    {
        slot.Stage = Stage.Gone;
        if (slot.IsNewest) _slots.Remove(slot.Key);
        slot.IsNewest = false;
    }

    private void Remember_NeedsLock(Slot slot, Answer<TAnswer> answer)
    {
        bool isKept = answer.Outcome is { Succeeded: true } or { Failure.Reason: FailureReason.NotFoundOrNotVisible };
        if (!isKept || !slot.IsNewest || _options.RememberAnswersFor == TimeSpan.Zero)
        {
            Forget_NeedsLock(slot);
            return;
        }
        (slot.Stage, slot.Outcome, slot.AskedAt, slot.Since) = (Stage.Answered, answer.Outcome, answer.AskedAt, Now());
        _recent.AddLast(slot);
        ForgetRecent_NeedsLock(slot.Since);
    }

    private void ForgetRecent_NeedsLock(long now)
    {
        while (_recent.First is { } oldest && (now - oldest.Since >= _options.RememberAnswersFor.Ticks || _recent.Count > MostRecent))
        {
            _recent.Remove(oldest);
            Forget_NeedsLock(oldest);
        }
    }
}
