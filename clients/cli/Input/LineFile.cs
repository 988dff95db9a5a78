using System.Runtime.CompilerServices;
using System.Text;
using CsvHelper;

namespace IdentityGrpc.Cli.Input;

/// <summary>
/// Reads keys from CSV as the file comes, in memory that does not grow with it. Every line is a key, an empty one
/// too: what is asked has one answer each. The separator is found by itself; without a header a whole line is a key.
/// </summary>
/// <param name="name">The file's name, for messages.</param>
/// <param name="kind">How keys are read.</param>
internal sealed class LineFile<TKey>(string name, IKeyKind<TKey> kind)
{
    /// <summary>The longest line, in bytes of UTF-8. A key is far shorter; a quote that is never closed is not.</summary>
    public const int MaxLineBytes = 64 << 10;

    /// <summary>Reads the lines.</summary>
    /// <exception cref="IdctlException">The file is not UTF-8 (or UTF-16 with its mark), or not CSV; the message names the line.</exception>
    public async IAsyncEnumerable<InputLine<TKey>> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // Another encoding would change keys silently; it is refused.
        using var text = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true);
        bool unclosed = false;
        await using var reader = CsvReader.Create(text, new CsvReaderOptions
        {
            HasHeader = false,
            SkipEmptyLines = false,
            TrackLineNumbers = true,
            MaxRecordSize = MaxLineBytes,
            OnMalformedRecord = record => unclosed |= record.Reason == CsvMalformedReason.UnterminatedQuote,
        });
        var record = new Record(reader);
        Func<IRecord, (string Text, TKey Key)>? read = null;
        while (await AdvanceAsync(reader, cancellation))
        {
            if (unclosed) throw Wrong(reader.LineNumber, "a quote is never closed");
            if (read is null)
            {
                read = kind.ReadHeader(record.Header);
                if (read is not null) continue;
                if (reader.FieldCount > 1) throw Wrong(reader.LineNumber, $"several columns, and none is named: {kind.Columns}");
                read = _ => (record.Whole, kind.Read(record.Whole));
            }
            yield return Read(read, record, reader.LineNumber);
        }
    }

    private InputLine<TKey> Read(Func<IRecord, (string Text, TKey Key)> read, Record record, long line)
    {
        try
        {
            var (text, key) = read(record);
            if (!text.AsSpan().ContainsAny('\r', '\n')) return new(line, text, key);
        }
        catch (FormatException wrong)
        {
            throw Wrong(line, wrong.Message, wrong);
        }
        throw Wrong(line, "a key holds a line break; is a quote not closed?");
    }

    private async ValueTask<bool> AdvanceAsync(CsvReader reader, CancellationToken cancellation)
    {
        try
        {
            return await reader.ReadAsync(cancellation);
        }
        catch (CsvFormatException wrong)
        {
            throw Wrong(wrong.LineNumber, $"longer than {MaxLineBytes:N0} bytes; is a quote not closed?", wrong);
        }
        catch (DecoderFallbackException wrong)
        {
            throw Wrong(reader.LineNumber + 1, "not UTF-8, from this line on or soon after", wrong);
        }
        catch (IOException wrong)
        {
            throw IdctlException.BadInput($"{name}: {wrong.Message}", wrong);
        }
    }

    private IdctlException Wrong(long line, string what, Exception? cause = null) => IdctlException.BadInput($"{name}:{line}: {what}", cause);

    private sealed class Record(CsvReader reader) : IRecord
    {
        public string this[int column] => reader.GetString(column);

        public string Whole => reader.FieldCount == 1 ? reader.GetString(0) : Encoding.UTF8.GetString(reader.RawRecord);

        public string[] Header => [.. Enumerable.Range(0, reader.FieldCount).Select(column => reader.GetString(column).Trim().ToLowerInvariant())];
    }
}
