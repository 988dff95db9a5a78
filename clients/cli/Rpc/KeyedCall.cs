using Grpc.Core;
using IdentityGrpc.Cli.Input;

namespace IdentityGrpc.Cli.Rpc;

/// <summary>
/// Asks for the keys of one chunk until each has its answer: a call that fails for a passing cause is made again, and
/// so are the keys whose answer says that asking again helps, alone. Waits and tries are bounded by the policy; a
/// key that has still no better answer keeps the last one.
/// </summary>
/// <param name="ask">One call: the answers in the order of the keys.</param>
/// <param name="policy">When to ask again.</param>
internal sealed class KeyedCall<TKey>(Func<IReadOnlyList<TKey>, CancellationToken, Task<IReadOnlyList<Answer>>> ask, RetryPolicy policy)
{
    /// <summary>The answers in the order of the keys.</summary>
    /// <exception cref="RpcException">The call failed as a whole, and is not tried again.</exception>
    public async Task<Answer[]> AskAsync(IReadOnlyList<InputLine<TKey>> lines, CancellationToken cancellation)
    {
        var answers = new Answer[lines.Count];
        int[] open = [.. Enumerable.Range(0, lines.Count)];
        for (int tries = 1; ; tries++)
        {
            TimeSpan? delay;
            try
            {
                var fresh = await AskOnceAsync([.. open.Select(index => lines[index].Key)], cancellation);
                for (int i = 0; i < open.Length; i++) answers[open[i]] = fresh[i];
                open = [.. open.Where(index => answers[index].Unresolved is { Retryable: true })];
                if (open.Length == 0) return answers;
                delay = policy.DelayAfter(open.Select(index => answers[index].Unresolved!), tries);
            }
            catch (RpcException failure) when (!cancellation.IsCancellationRequested)
            {
                delay = policy.DelayAfter(failure, tries);
                if (delay is null && answers[0] is null) throw;
            }
            if (delay is null) return answers;
            await policy.WaitAsync(delay.Value, cancellation);
        }
    }

    private async Task<IReadOnlyList<Answer>> AskOnceAsync(IReadOnlyList<TKey> keys, CancellationToken cancellation)
    {
        var answers = await ask(keys, cancellation);
        policy.NoteAnswer();
        return answers.Count == keys.Count
            ? answers
            : throw new IdctlException(ExitCode.CallFailed, $"the server gave {answers.Count} answers to {keys.Count} keys");
    }
}
