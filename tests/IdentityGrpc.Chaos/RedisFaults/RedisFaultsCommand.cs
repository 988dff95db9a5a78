using System.CommandLine;
using System.Globalization;
using Spectre.Console;

namespace IdentityGrpc.Chaos.RedisFaults;

/// <summary><c>redis-faults</c>: what callers get, and how long it takes, while the Redis that two replicas share is ill.</summary>
internal sealed class RedisFaultsCommand(IAnsiConsole console)
{
    private readonly Option<string> _only = new("--only") { Description = "Only the faults whose names hold this text.", DefaultValueFactory = _ => "" };
    private readonly Option<bool> _markdown = new("--markdown") { Description = "Print the table as Markdown." };

    public Command Build()
    {
        var command = new Command("redis-faults", "What callers get, and how long it takes, while the Redis of two replicas is ill. Exit code 1: something was not answered, or did not heal.") { _only, _markdown };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        List<RedisTrialResult> results = [];
        await console.Status().StartAsync("Starting", async status =>
        {
            await using var bed = await Bed.StartAsync([], cancellation);
            foreach (var fault in RedisFault.All.Where(f => f.Name.Contains(parsed.GetValue(_only)!, StringComparison.OrdinalIgnoreCase)))
            {
                status.Status(Markup.Escape(fault.Name));
                results.Add(await RedisTrial.RunAsync(bed, fault, cancellation));
            }
        });
        double[] healthy = [.. results.SelectMany(r => r.Before).Order()];
        var table = new Table { Border = TableBorder.Rounded }.AddColumn("Redis");
        foreach (string name in (string[])["answered rightly", "median before", "median during", "p99 before", "p99 during", "p99 added", "slowest", "in use again after"]) table.AddColumn(new TableColumn(name).RightAligned());
        foreach (var result in results)
        {
            double[] before = result.Before.Length > 0 ? result.Before : healthy;
            double p99 = RedisTrialResult.Percentile(before, 0.99), ill = RedisTrialResult.Percentile(result.During, 0.99);
            table.AddRow(Markup.Escape(result.Fault), string.Create(CultureInfo.InvariantCulture, $"{result.Answered:N0} of {result.Asked:N0}"),
                Ms(RedisTrialResult.Percentile(before, 0.5)), Ms(RedisTrialResult.Percentile(result.During, 0.5)), Ms(p99), Ms(ill), Ms(Math.Max(0, ill - p99)),
                Ms(result.During.LastOrDefault()), result.Healed is { } healed ? Ms(healed.TotalMilliseconds) : "[red]never[/]");
        }
        Report.Write(console, table, parsed.GetValue(_markdown));
        foreach (var result in results)
        {
            foreach (var (trouble, count) in result.Troubles.OrderByDescending(t => t.Value)) console.WriteLine($"{result.Fault}: {count} × {trouble}");
        }
        int broken = results.Count(r => !r.Holds);
        console.WriteLine(broken == 0 ? $"{results.Count} trials: every key answered rightly, Redis in use again." : $"{broken} of {results.Count} trials: not every key answered rightly, or not healed.");
        return broken == 0 ? 0 : 1;
    }

    private static string Ms(double time) => string.Create(CultureInfo.InvariantCulture, $"{time:F1} ms");
}
