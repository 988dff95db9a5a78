using System.CommandLine;
using System.Globalization;
using IdentityGrpc.Chaos.Staleness;
using Spectre.Console;

namespace IdentityGrpc.Chaos;

/// <summary><c>staleness</c>: whether any answer is older than it may be, or known to have ended.</summary>
internal sealed class StalenessCommand(IAnsiConsole console)
{
    private const int MostShown = 20;
    private readonly Option<int> _lookups = new("--lookups") { Description = "How many keys are asked about.", DefaultValueFactory = _ => 1_000_000 };
    private readonly Option<int> _swallow = new("--swallow") { Description = "Claim the events of that many changes delivered, and do not: violations must be found.", DefaultValueFactory = _ => 0 };
    private readonly Option<int> _replicas = new("--replicas") { Description = "How many replicas; one alone runs without Redis.", DefaultValueFactory = _ => 2 };
    private readonly Option<int> _seed = new("--seed") { Description = "What everything random is drawn from.", DefaultValueFactory = _ => 1 };

    public Command Build()
    {
        var command = new Command("staleness", "Replicas under a directory that changes all the time. Exit code 1: an answer was not true when it had to be.") { _lookups, _swallow, _replicas, _seed };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        StalenessResult? result = null;
        await console.Status().StartAsync("Asking", async _ =>
            result = await StalenessRun.RunAsync(new(parsed.GetValue(_lookups), parsed.GetValue(_swallow), parsed.GetValue(_seed)) { Replicas = parsed.GetValue(_replicas) }, cancellation));
        var table = new Table { Border = TableBorder.Rounded }.AddColumn("answer, source").AddColumn(new TableColumn("keys").RightAligned());
        foreach (var (what, count) in result!.Counts.OrderByDescending(c => c.Value)) table.AddRow(Markup.Escape(what), count.ToString("N0", CultureInfo.InvariantCulture));
        console.Write(table);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Lookups:N0} lookups in {result.Took.TotalSeconds:F0} s under {result.Changes:N0} changes; events answered {result.Events.Delivered:N0}, refused {result.Events.Refused}, swallowed {result.Events.Swallowed}."));
        console.WriteLine($"{result.Violations.Count} violations.");
        foreach (var group in result.Violations.GroupBy(v => v).OrderByDescending(g => g.Count()).Take(MostShown)) console.WriteLine($"  {group.Count()} × {group.Key}");
        return result.Violations.Count == 0 ? 0 : 1;
    }
}
