using System.Globalization;
using Spectre.Console;

namespace IdentityGrpc.Load;

/// <summary>What a command measured, against what it has to be.</summary>
internal sealed class Figures(string title)
{
    private readonly Table _table = new Table().Title(title).AddColumn("figure").AddColumn(new TableColumn("measured").RightAligned()).AddColumn("bound").AddColumn("");
    private bool _isMissed;

    /// <summary>A figure without a bound.</summary>
    public void Add(string name, string value) => _table.AddRow(Markup.Escape(name), Markup.Escape(value), "", "");

    /// <summary>A figure with a bound.</summary>
    public void Add(string name, double value, double bound, string unit = "")
    {
        bool isKept = value <= bound;
        _isMissed |= !isKept;
        _table.AddRow(Markup.Escape(name), Number(value) + unit, "≤ " + Number(bound) + unit, isKept ? "[green]kept[/]" : "[red]missed[/]");
    }

    /// <summary>Prints the table.</summary>
    /// <returns>The exit code: 0 where every bound is kept.</returns>
    public int Print()
    {
        AnsiConsole.Write(_table);
        return _isMissed ? 1 : 0;
    }

    public static string Number(double value) => value.ToString(Math.Abs(value) < 100 ? "0.##" : "N0", CultureInfo.InvariantCulture);

    /// <summary>The value below which that share of the sorted values lies.</summary>
    public static double Percentile(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
    }
}
