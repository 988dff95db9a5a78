using System.CommandLine;
using IdentityGrpc.Chaos.Crowds;
using IdentityGrpc.Chaos.Faults;
using IdentityGrpc.Testing;
using Spectre.Console;

namespace IdentityGrpc.Chaos;

/// <summary><c>faults</c>: the fault matrix, the price of an expired token and of poisoned batches, and what the run said.</summary>
internal sealed class FaultsCommand(IAnsiConsole console)
{
    private readonly Option<string> _only = new("--only") { Description = "Only the faults whose names hold this text.", DefaultValueFactory = _ => "" };
    private readonly Option<string[]> _set = new("--set") { Description = "A setting of the services, such as Upstream:TryTimeout=00:00:05.", HelpName = "KEY=VALUE" };
    private readonly Option<bool> _markdown = new("--markdown") { Description = "Print the tables as Markdown." };

    public Command Build()
    {
        var command = new Command("faults", "What callers get, and what it costs, while the platform fails. Exit code 1: a promise was broken.") { _only, _set, _markdown };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        string[] settings = parsed.GetValue(_set) ?? [];
        _ = RunRecord.OfProcess;
        IReadOnlyList<TrialResult> trials = [];
        CrowdResult? crowd = null;
        List<PoisonResult> poison = [];
        await console.Status().StartAsync("Starting", async status =>
        {
            int done = 0;
            trials = await FaultMatrix.RunAsync(parsed.GetValue(_only)!, settings,
                trial => status.Status(Markup.Escape($"{Interlocked.Increment(ref done)} trials; last: {trial.Probe}, {trial.Row.Name}")), cancellation);
            status.Status("An expired token, and poisoned batches");
            await using var bed = await Bed.StartAsync(settings, cancellation);
            crowd = await TokenCrowd.RunAsync(bed, cancellation);
            poison.Add(await PoisonedBatches.RunAsync(bed, ofAnotherApp: false, named: true, most: 2, cancellation));
            poison.Add(await PoisonedBatches.RunAsync(bed, ofAnotherApp: true, named: true, most: 2, cancellation));
            poison.Add(await PoisonedBatches.RunAsync(bed, ofAnotherApp: true, named: false, most: 13, cancellation));
        });
        var verdict = RunRecord.OfProcess.Judge();
        var tables = (Table[])[Report.Of(trials), Report.Of(crowd!), Report.Of(poison)];
        foreach (var table in tables) Report.Write(console, table, parsed.GetValue(_markdown));
        console.WriteLine($"Said by the services in this run: {verdict}.");
        string[] broken =
        [
            .. trials.SelectMany(t => t.Broken.Select(b => $"{t.Probe}, {t.Row.Name}: {b}")),
            .. crowd!.Holds ? (string[])[] : ["an expired token"],
            .. poison.Where(p => !p.Holds).Select(p => $"a poisoned batch, {p.Id}"),
            .. verdict.Said,
        ];
        console.WriteLine(broken.Length == 0 ? $"{trials.Count} trials: no promise broken." : $"{broken.Length} promises broken:");
        foreach (string promise in broken) console.WriteLine($"  {promise}");
        return broken.Length == 0 ? 0 : 1;
    }
}
