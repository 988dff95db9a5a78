using System.Globalization;
using IdentityGrpc.Chaos.Crowds;
using IdentityGrpc.Chaos.Faults;
using Spectre.Console;

namespace IdentityGrpc.Chaos;

/// <summary>The tables of a run.</summary>
internal static class Report
{
    /// <summary>A row a fault, a column an RPC: what the caller got, upstream calls (and calls for tokens), time.</summary>
    public static Table Of(IReadOnlyList<TrialResult> trials)
    {
        var table = New("fault", [.. FaultMatrix.Probes.Select(p => p.Name)]);
        foreach (var row in trials.GroupBy(t => t.Row.Name).OrderBy(g => FaultCatalog.Rows.ToList().FindIndex(r => r.Name == g.Key)))
        {
            table.AddRow([Markup.Escape(row.Key), .. FaultMatrix.Probes.Select(p => row.SingleOrDefault(t => t.Probe == p.Name) is { } trial ? Cell(trial) : "")]);
        }
        return table;
    }

    public static Table Of(CrowdResult crowd) => New("50 callers at once, token expired", ["answered rightly", "upstream calls", "calls for tokens"])
        .AddRow(Good(crowd.Holds, "all three RPCs"), $"{crowd.Right} of {crowd.Callers}", $"{crowd.Calls.Data}", $"{crowd.Calls.Tokens} (at most 1)");

    public static Table Of(IReadOnlyList<PoisonResult> batches)
    {
        var table = New("one wrong id among 50", ["batches", "answered rightly", "calls a batch: least, mean, greatest"]);
        foreach (var b in batches)
        {
            table.AddRow(Good(b.Holds, b.Id), $"{b.Batches}", $"{b.Right}",
                string.Create(CultureInfo.InvariantCulture, $"{b.Least}, {b.Mean:F1}, {b.Greatest} (at most {b.Most})"));
        }
        return table;
    }

    /// <summary>Writes a table for people, or as Markdown for a document.</summary>
    public static void Write(IAnsiConsole console, Table table, bool markdown)
    {
        if (markdown) table.Border = TableBorder.Markdown;
        console.Write(table);
        console.WriteLine();
    }

    private static Table New(string first, IReadOnlyList<string> others)
    {
        var table = new Table { Border = TableBorder.Rounded }.AddColumn(new TableColumn(Markup.Escape(first)).NoWrap());
        foreach (string name in others) table.AddColumn(new TableColumn(Markup.Escape(name)));
        return table;
    }

    private static string Cell(TrialResult trial)
    {
        string tokens = trial.Calls.Tokens > 1 ? $" + {trial.Calls.Tokens} for tokens" : "";
        string calls = trial.Calls.Data == 1 ? "1 call" : $"{trial.Calls.Data} calls";
        return Good(trial.Broken.Count == 0, $"{trial.Received}; {calls}{tokens}; {Time(trial.Elapsed)}");
    }

    private static string Time(TimeSpan time) => time.TotalSeconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:F0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F1} s");

    private static string Good(bool holds, string text) => holds ? Markup.Escape(text) : $"[red]BROKEN: {Markup.Escape(text)}[/]";
}
