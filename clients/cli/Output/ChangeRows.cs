using IdentityGrpc.V1;

namespace IdentityGrpc.Cli.Output;

/// <summary>Messages of a watch as rows.</summary>
internal static class ChangeRows
{
    private static readonly IReadOnlyList<Column<WatchIdentityChangesResponse>> s_columns =
    [
        new("known_at", row => Time(row.Change?.KnownAt)),
        new("occurred_at", row => Time(row.Change?.OccurredAt)),
        new("kind", row => row.Gap is not null ? "GAP" : EnumText.Of(row.Change.Kind)),
        new("open_ids", row => (row.Change?.OpenIds ?? []).ToArray()),
        new("union_ids", row => (row.Change?.UnionIds ?? []).ToArray()),
        new("user_ids", row => (row.Change?.UserIds ?? []).ToArray()),
        new("department_ids", row => (row.Change?.DepartmentIds ?? []).ToArray()),
        new("concerns_everybody", row => row.Gap is not null || row.Change.ConcernsEverybody),
    ];

    /// <summary>Makes the writer; for people a line a change.</summary>
    public static IRowWriter<WatchIdentityChangesResponse> Writer(OutputFormat format, Surroundings surroundings, bool isContinued) => format == OutputFormat.Table
        ? new LineWriter(surroundings.Output)
        : RowWriters.Create(format, surroundings, s_columns, s_columns, _ => Outcome.Good, isContinued);

    private static string? Time(Google.Protobuf.WellKnownTypes.Timestamp? time) => time?.ToDateTimeOffset().ToString("O", System.Globalization.CultureInfo.InvariantCulture);

    private sealed class LineWriter(TextWriter output) : IRowWriter<WatchIdentityChangesResponse>
    {
        public void Write(WatchIdentityChangesResponse row)
        {
            var filled = s_columns.Where(c => c.Name is not ("occurred_at" or "concerns_everybody")).Select(c => c.Text(row)).Where(t => t.Length > 0);
            string everybody = row.Gap is not null || row.Change.ConcernsEverybody ? "  everybody" : "";
            output.Write(Printable.Of(string.Join("  ", filled) + everybody) + "\n");
        }

        public Task FlushAsync(CancellationToken cancellation) => output.FlushAsync(cancellation);

        public Task FinishAsync(CancellationToken cancellation) => FlushAsync(cancellation);
    }
}
