using Spectre.Console;
using Spectre.Console.Rendering;

namespace IdentityGrpc.Cli.Output;

/// <summary>
/// A table where the rows are few and fit. Where they are many, plain aligned rows as they come, the widths taken from
/// the first of them: nobody waits for the last of a million rows, and memory does not grow. Where they are wider than
/// the terminal, the same, since an id that is broken over two lines of a cell cannot be copied.
/// </summary>
/// <param name="output">Where rows go.</param>
/// <param name="console">The same place, as a console that wraps nothing.</param>
/// <param name="width">The cells of a line that is seen whole.</param>
/// <param name="columns">The columns.</param>
/// <param name="outcome">How a row went, for its colour.</param>
internal sealed class TableRowWriter<TRow>(
    TextWriter output, IAnsiConsole console, int width, IReadOnlyList<Column<TRow>> columns, Func<TRow, Outcome> outcome) : IRowWriter<TRow>
{
    /// <summary>The most rows that are held back for a table.</summary>
    public const int MaxTableRows = 200;

    /// <summary>What a border and the blanks beside it take of each column.</summary>
    private const int BorderWidth = 3;

    private readonly List<(string[] Cells, Outcome Outcome)> _held = [];
    private int[]? _widths;

    /// <inheritdoc/>
    public void Write(TRow row)
    {
        string[] cells = [.. columns.Select(column => Printable.Of(column.Text(row)))];
        if (_widths is not null)
        {
            WritePlain(cells, outcome(row));
            return;
        }
        _held.Add((cells, outcome(row)));
        if (_held.Count > MaxTableRows) BeginPlain();
    }

    /// <inheritdoc/>
    public Task FlushAsync(CancellationToken cancellation) => output.FlushAsync(cancellation);

    /// <inheritdoc/>
    public Task FinishAsync(CancellationToken cancellation)
    {
        if (_widths is null && _held.Count > 0)
        {
            if (Widths().Sum(column => column + BorderWidth) < width) WriteTable();
            else BeginPlain();
        }
        _held.Clear();
        return FlushAsync(cancellation);
    }

    private void WriteTable()
    {
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        foreach (var column in columns) table.AddColumn(new TableColumn(new Text(column.Name, new Style(decoration: Decoration.Bold))));
        foreach (var (cells, result) in _held) table.AddRow(cells.Select(cell => new Text(cell, result.Style())));
        console.Write(table);
    }

    private void BeginPlain()
    {
        _widths = Widths();
        WritePlain([.. columns.Select(column => column.Name)], null);
        foreach (var (cells, result) in _held) WritePlain(cells, result);
        _held.Clear();
    }

    private int[] Widths() => [.. columns.Select((column, index) => Math.Max(Width(column.Name), _held.Max(row => Width(row.Cells[index]))))];

    private void WritePlain(string[] cells, Outcome? result)
    {
        // Chinese characters are two cells wide.
        var padded = cells.Select((cell, column) => cell + new string(' ', Math.Max(0, _widths![column] - Width(cell))));
        string line = string.Join("  ", padded).TrimEnd();
        if (result is { } known && console.Profile.Capabilities.Ansi) console.WriteLine(line, known.Style());
        else output.Write(line + "\n");
    }

    private static int Width(string text) => new Segment(text).CellCount();
}
