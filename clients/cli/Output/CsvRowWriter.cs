using CsvHelper;

namespace IdentityGrpc.Cli.Output;

/// <summary>CSV as of RFC 4180 with a header; lines end with a line feed, as is usual for programs.</summary>
internal sealed class CsvRowWriter<TRow> : IRowWriter<TRow>
{
    private readonly CsvWriter _csv;
    private readonly IReadOnlyList<Column<TRow>> _columns;

    /// <summary>Writes the header, unless the rows go on after others.</summary>
    public CsvRowWriter(TextWriter output, IReadOnlyList<Column<TRow>> columns, bool withHeader = true)
    {
        _columns = columns;
        _csv = CsvWriter.Create(output, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
        if (withHeader) _csv.WriteRecord([.. columns.Select(column => column.Name)]);
    }

    /// <inheritdoc/>
    public void Write(TRow row)
    {
        foreach (var column in _columns) _csv.WriteField(column.Text(row));
        _csv.EndRecord();
    }

    /// <inheritdoc/>
    public Task FlushAsync(CancellationToken cancellation) => _csv.FlushAsync(cancellation).AsTask();

    /// <inheritdoc/>
    public Task FinishAsync(CancellationToken cancellation) => FlushAsync(cancellation);
}
