using System.Runtime.CompilerServices;
using IdentityGrpc.Cli.Input;

namespace IdentityGrpc.Cli.Rpc;

/// <summary>Several calls at a time, their results in the order of what was asked.</summary>
internal static class OrderedCalls
{
    /// <summary>
    /// Runs the calls. At most <paramref name="inFlight"/> are under way or wait to be taken, so that memory does not
    /// grow with the source. The first call that fails ends all others; where the source fails, what it gave before
    /// is finished first.
    /// </summary>
    public static async IAsyncEnumerable<TResult> RunAsync<TItem, TResult>(
        IAsyncEnumerable<TItem> source, Func<TItem, CancellationToken, Task<TResult>> call, int inFlight, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var failure = new KeptFailure();
        await using var items = source.KeepFailureAsync(failure, ending.Token).GetAsyncEnumerator(ending.Token);
        var running = new Queue<Task<TResult>>(inFlight);
        try
        {
            while (await items.MoveNextAsync())
            {
                if (running.Count == inFlight) yield return await running.Dequeue();
                running.Enqueue(call(items.Current, ending.Token));
                while (running.TryPeek(out var first) && first.IsCompleted) yield return await running.Dequeue();
            }
            while (running.TryDequeue(out var next)) yield return await next;
            failure.Rethrow();
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(running.Cast<Task>()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
