namespace IdentityGrpc.Cli.Output;

/// <summary>Makes the writer for a form.</summary>
internal static class RowWriters
{
    /// <summary>Makes the writer.</summary>
    /// <param name="format">The form.</param>
    /// <param name="surroundings">Where to write.</param>
    /// <param name="columns">All columns, for programs.</param>
    /// <param name="forPeople">The columns of the table.</param>
    /// <param name="outcome">How a row went.</param>
    /// <param name="isContinued">Whether the rows go on after those of an earlier run.</param>
    public static IRowWriter<TRow> Create<TRow>(
        OutputFormat format, Surroundings surroundings, IReadOnlyList<Column<TRow>> columns, IReadOnlyList<Column<TRow>> forPeople, Func<TRow, Outcome> outcome, bool isContinued = false) => format switch
        {
            OutputFormat.Csv => new CsvRowWriter<TRow>(surroundings.Output, columns, withHeader: !isContinued),
            OutputFormat.Json => new JsonRowWriter<TRow>(surroundings.Output, columns),
            _ => CreateTable(surroundings, forPeople, outcome),
        };

    private static TableRowWriter<TRow> CreateTable<TRow>(Surroundings surroundings, IReadOnlyList<Column<TRow>> columns, Func<TRow, Outcome> outcome)
    {
        var console = Consoles.On(surroundings.Output, surroundings.OutputIsTerminal, surroundings.Variable);
        int width = console.Profile.Width;
        console.Profile.Width = Consoles.Unlimited;
        return new(surroundings.Output, console, width, columns, outcome);
    }
}
