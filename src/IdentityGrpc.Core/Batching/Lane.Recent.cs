using System.Runtime.InteropServices;
using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Batching;

// Answers just given (12). Between the end of a slot and the moment when its callers have put the answer into the
// cache lies a while, a long one for many callers: who asks in it would open a slot for what is known already.
internal sealed partial class Lane<TKey, TAnswer>
{
    private const int MostRecent = 10_000;

    private readonly Dictionary<TKey, Answer<TAnswer>> _recent = [];
    private readonly Queue<(TKey Key, Answer<TAnswer> Answer, long Until)> _recentInOrder = [];

    private void Remember_NeedsLock(TKey key, Answer<TAnswer> answer)
    {
        if (_options.RememberAnswersFor == TimeSpan.Zero) return;
        if (answer.Outcome is { Succeeded: false, Failure.Reason: not FailureReason.NotFoundOrNotVisible }) return;
        CollectionsMarshal.GetValueRefOrAddDefault(_recent, key, out _) = answer;
        _recentInOrder.Enqueue((key, answer, Now() + _options.RememberAnswersFor.Ticks));
        ForgetRecent_NeedsLock();
    }

    private Answer<TAnswer>? FindRecent_NeedsLock(TKey key, DateTimeOffset? notBefore)
    {
        if (!_recent.TryGetValue(key, out var answer) || answer.AskedAt <= notBefore || _call.HasEnded(key, answer)) return null;
        return answer;
    }

    private void ForgetRecent_NeedsLock()
    {
        long now = Now();
        while (_recentInOrder.TryPeek(out var oldest) && (oldest.Until <= now || _recentInOrder.Count > MostRecent))
        {
            _recentInOrder.Dequeue();
            // A younger answer to the same key has its own place in the queue.
            if (_recent.TryGetValue(oldest.Key, out var kept) && kept.AskedAt <= oldest.Answer.AskedAt) _recent.Remove(oldest.Key);
        }
    }
}
