namespace IdentityGrpc.Core.Batching;

/// <summary>
/// Keeps a question of many keys from handing out what ended while it waited for its last keys: such keys are asked
/// again (design §6). An answer of a single key is told at once, so its lane has looked at the right moment.
/// </summary>
internal static class CurrentAnswers
{
    /// <summary>How often a key is asked about whose answers turn out void. One change is told to each app, late and more than once: several ends in a row.</summary>
    public const int MostAsks = 8;

    /// <summary>Asks, and asks again for what has ended meanwhile.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="ask">Asks for some of them; for the first time, or again.</param>
    /// <param name="hasEnded">Whether an answer has ended.</param>
    /// <param name="giveUp">What becomes of an answer that ended each time.</param>
    public static async Task<TAnswer[]> EnsureAsync<TKey, TAnswer>(IReadOnlyList<TKey> keys,
        Func<IReadOnlyList<TKey>, bool, Task<TAnswer[]>> ask, Func<TKey, TAnswer, bool> hasEnded, Func<TAnswer, TAnswer> giveUp)
    {
        var answers = await ask(keys, false);
        for (int round = 1; ; round++)
        {
            List<int>? ended = null;
            for (int i = 0; i < answers.Length; i++)
            {
                if (hasEnded(keys[i], answers[i])) (ended ??= []).Add(i);
            }
            if (ended is null) return answers;
            if (round == MostAsks)
            {
                foreach (int i in ended) answers[i] = giveUp(answers[i]);
                return answers;
            }
            var again = await ask(ended.ConvertAll(i => keys[i]), true);
            for (int i = 0; i < again.Length; i++) answers[ended[i]] = again[i];
        }
    }
}
