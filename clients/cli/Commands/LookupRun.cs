using System.CommandLine;
using IdentityGrpc.Cli.Input;
using IdentityGrpc.Cli.Output;
using IdentityGrpc.Cli.Rpc;

namespace IdentityGrpc.Cli.Commands;

/// <summary>
/// The path of a lookup's keys: lines → chunks → several calls at a time → rows in the order of the lines. Memory is
/// bounded by the chunks under way, whatever the size of the file.
/// </summary>
/// <param name="keys">Where keys come from.</param>
/// <param name="keyName">The name of the key's column.</param>
/// <param name="options">What is asked.</param>
/// <param name="surroundings">Where answers go.</param>
internal sealed class LookupRun<TKey>(KeySource<TKey> keys, string keyName, LookupOptions options, Surroundings surroundings)
{
    private const int CallsInFlight = 4;

    /// <summary>How long one call may take where the command line does not say.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Runs it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="settings">Its global options.</param>
    /// <param name="ask">One call: the answers in the order of the keys.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<int> RunAsync(
        ParseResult parsed, GlobalSettings settings, Func<IReadOnlyList<TKey>, CancellationToken, Task<IReadOnlyList<Answer>>> ask, CancellationToken cancellation)
    {
        var lines = keys.ReadAsync(parsed, cancellation);
        long? total = WorkProgress.IsShown(surroundings) ? keys.Count(parsed) : null;
        var tally = await WorkProgress.RunAsync(surroundings, "keys", async report =>
        {
            var call = new KeyedCall<TKey>(ask, new RetryPolicy(surroundings.Time, surroundings.Random));
            var writer = RowWriters.Create(
                settings.Format, surroundings, LookupRow.Columns(keyName), LookupRow.TableColumns(keyName, options.Fields(parsed), keys.IsFile(parsed)), row => row.Outcome);
            var counted = new Tally();
            try
            {
                await foreach (var rows in AskAsync(lines, call, cancellation))
                {
                    foreach (var row in rows)
                    {
                        writer.Write(row);
                        counted.Count(row.Answer);
                    }
                    await writer.FlushAsync(cancellation);
                    report(counted.Keys, total);
                }
            }
            finally
            {
                await writer.FinishAsync(CancellationToken.None);
            }
            return counted;
        });
        if (settings.Format == OutputFormat.Table)
        {
            foreach (string message in tally.Messages) await surroundings.Error.WriteLineAsync(Printable.Of(message));
        }
        if (keys.IsFile(parsed)) await surroundings.Error.WriteLineAsync(tally.ToString());
        return (int)tally.Code;
    }

    private static IAsyncEnumerable<IEnumerable<LookupRow>> AskAsync(IAsyncEnumerable<InputLine<TKey>> lines, KeyedCall<TKey> call, CancellationToken cancellation) =>
        OrderedCalls.RunAsync(
            Chunks.PackAsync(lines, cancellation),
            async (chunk, ending) =>
            {
                var answers = await call.AskAsync(chunk, ending);
                return chunk.Zip(answers, (line, answer) => new LookupRow(line.Number, line.Text, answer));
            },
            CallsInFlight,
            cancellation);
}
