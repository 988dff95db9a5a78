namespace IdentityGrpc.Core.Batching;

/// <summary>
/// Keeps a question of many keys from handing out what ended while it waited for its last keys: such keys are asked
/// again (design §6). An answer of a single key is told at once, so its lane has looked at the right moment.
/// </summary>
internal static class CurrentAnswers
{
    private const int MostRounds = 3;

    public static async Task<TAnswer[]> EnsureAsync<TKey, TAnswer>(IReadOnlyList<TKey> keys,
        Func<IReadOnlyList<TKey>, Task<TAnswer[]>> ask, Func<TKey, TAnswer, bool> hasEnded, Func<TAnswer, TAnswer> giveUp)
    {
        var answers = await ask(keys);
        for (int round = 1; ; round++)
        {
            List<int>? ended = null;
            for (int i = 0; i < answers.Length; i++)
            {
                if (hasEnded(keys[i], answers[i])) (ended ??= []).Add(i);
            }
            if (ended is null) return answers;
            if (round == MostRounds)
            {
                foreach (int i in ended) answers[i] = giveUp(answers[i]);
                return answers;
            }
            var again = await ask(ended.ConvertAll(i => keys[i]));
            for (int i = 0; i < again.Length; i++) answers[ended[i]] = again[i];
        }
    }
}
