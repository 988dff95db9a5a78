namespace IdentityGrpc.Chaos.Faults;

/// <summary>Every fault against every RPC. Each part of it has a sandbox of its own, so that all are tried side by side.</summary>
internal static class FaultMatrix
{
    public static IReadOnlyList<IProbe> Probes { get; } = [new ResolveProbe(), new ConvertProbe(), new MembersProbe()];

    /// <summary>The parts: the rows of a probe, and of a walk, which takes longest, every second one.</summary>
    public static IReadOnlyList<MatrixPart> Parts { get; } =
    [
        new(Probes[0], RowsFor(Probes[0])),
        new(Probes[1], RowsFor(Probes[1])),
        new(Probes[2], [.. RowsFor(Probes[2]).Where((_, i) => i % 2 == 0)]),
        new(Probes[2], [.. RowsFor(Probes[2]).Where((_, i) => i % 2 == 1)]),
    ];

    /// <summary>Runs the rows whose names hold a text.</summary>
    public static async Task<IReadOnlyList<TrialResult>> RunAsync(string only, IReadOnlyList<string> settings, Action<TrialResult> report, CancellationToken cancellation)
    {
        var results = await Task.WhenAll(Parts.Select(part => Task.Run(async () =>
        {
            await using var bed = await Bed.StartAsync(settings, cancellation);
            var trial = new FaultTrial(bed, part.Probe);
            var results = new List<TrialResult>();
            foreach (var row in part.Rows.Where(r => r.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
            {
                results.Add(await trial.RunAsync(row, cancellation));
                report(results[^1]);
            }
            return results;
        }, cancellation)));
        return [.. results.SelectMany(r => r)];
    }

    private static IReadOnlyList<FaultRow> RowsFor(IProbe probe) => [.. FaultCatalog.Rows.Where(r => r.Only is null || r.Only == probe.Name)];
}

/// <summary>A part of the matrix.</summary>
/// <param name="Probe">The RPC.</param>
/// <param name="Rows">The faults.</param>
internal sealed record MatrixPart(IProbe Probe, IReadOnlyList<FaultRow> Rows);
