using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace IdentityGrpc.Cli.Input;

/// <summary>
/// The failure of a source, kept until what came before it is dealt with: a file that is wrong in line 5,000 has 4,999
/// lines that are worth their answers.
/// </summary>
internal sealed class KeptFailure
{
    private ExceptionDispatchInfo? _failure;

    /// <summary>Throws the failure, if there was one.</summary>
    public void Rethrow() => _failure?.Throw();

    /// <summary>Keeps a failure.</summary>
    public void Keep(Exception failure) => _failure = ExceptionDispatchInfo.Capture(failure);
}

/// <summary>Sources that end where they would fail.</summary>
internal static class KeptFailureExtensions
{
    /// <summary>The items up to the failure, which is kept. That somebody has ended the work is no failure of the source.</summary>
    public static async IAsyncEnumerable<T> KeepFailureAsync<T>(
        this IAsyncEnumerable<T> source, KeptFailure failure, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await using var items = source.GetAsyncEnumerator(cancellation);
        while (true)
        {
            try
            {
                if (!await items.MoveNextAsync()) yield break;
            }
            catch (Exception wrong) when (wrong is not OperationCanceledException)
            {
                failure.Keep(wrong);
                yield break;
            }
            yield return items.Current;
        }
    }
}
