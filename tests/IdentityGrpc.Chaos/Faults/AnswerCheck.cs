using IdentityGrpc.V1;

namespace IdentityGrpc.Chaos.Faults;

/// <summary>Holds answers against the truth: one for each key, in order, and no identity but the right one (design §1).</summary>
internal static class AnswerCheck
{
    public static Received Judge<TKey, TAnswer>(IReadOnlyList<Key<TKey>> keys, IReadOnlyList<TAnswer> answers, Func<TAnswer, (Identity? Identity, Unresolved? Unresolved)> read)
    {
        var broken = new List<string>();
        if (answers.Count != keys.Count) broken.Add($"{answers.Count} answers to {keys.Count} keys");
        Dictionary<UnresolvedReason, int> missing = [], refused = [];
        int right = 0;
        foreach (var (key, answer, place) in keys.Zip(answers, Enumerable.Range(0, keys.Count)))
        {
            var (identity, unresolved) = read(answer);
            if (identity is null && (unresolved is null || unresolved.Reason == UnresolvedReason.Unspecified)) broken.Add($"key {place} lost its answer");
            else if (identity is not null && !identity.Equals(key.Identity)) broken.Add($"key {place} got a wrong identity");
            else if (identity is not null) right++;
            else if (key.Identity is not null) Count(missing, unresolved!.Reason);
            else if (unresolved!.Reason == key.Reason) Count(refused, unresolved.Reason);
            else broken.Add($"key {place} got {Words.Of(unresolved.Reason)} for {Words.Of(key.Reason!.Value)}");
        }
        return new() { Right = $"{right} of {keys.Count} right", IsComplete = broken.Count == 0 && missing.Count == 0, Missing = missing, Refused = refused, Broken = broken };
    }

    private static void Count(Dictionary<UnresolvedReason, int> reasons, UnresolvedReason reason) => reasons[reason] = reasons.GetValueOrDefault(reason) + 1;
}
