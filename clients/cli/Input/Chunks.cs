using System.Runtime.CompilerServices;

namespace IdentityGrpc.Cli.Input;

/// <summary>Packs keys into calls.</summary>
internal static class Chunks
{
    /// <summary>Keys in one call at most; the service takes ten times as many.</summary>
    public const int MaxKeys = 1000;

    /// <summary>Text in one call at most, in characters: 3 MiB of UTF-8 at worst, below the message limit of 4 MiB.</summary>
    public const int MaxCharacters = 1 << 20;

    /// <summary>Packs lines in their order; where the lines fail, those before are packed first.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<InputLine<TKey>>> PackAsync<TKey>(
        IAsyncEnumerable<InputLine<TKey>> lines, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var chunk = new List<InputLine<TKey>>();
        var failure = new KeptFailure();
        int characters = 0;
        await foreach (var line in lines.KeepFailureAsync(failure, cancellation))
        {
            if (chunk.Count > 0 && (chunk.Count == MaxKeys || characters + line.Text.Length > MaxCharacters))
            {
                yield return chunk;
                chunk = [];
                characters = 0;
            }
            chunk.Add(line);
            characters += line.Text.Length;
        }
        if (chunk.Count > 0) yield return chunk;
        failure.Rethrow();
    }
}
