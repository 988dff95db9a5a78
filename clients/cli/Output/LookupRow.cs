using IdentityGrpc.Cli.Rpc;
using IdentityGrpc.V1;

namespace IdentityGrpc.Cli.Output;

/// <summary>A key and its answer.</summary>
/// <param name="Line">The line of the file, or the position among the arguments.</param>
/// <param name="Key">The key as given.</param>
/// <param name="Answer">The answer.</param>
internal sealed record LookupRow(long Line, string Key, Answer Answer)
{
    /// <summary>How it went.</summary>
    public Outcome Outcome => IdentityColumns.OutcomeOf(Answer.Identity);

    /// <summary>The columns for programs.</summary>
    /// <param name="keyName">The name of the key's column.</param>
    public static IReadOnlyList<Column<LookupRow>> Columns(string keyName) =>
    [
        new("line", row => row.Line),
        new(keyName, row => row.Key),
        .. IdentityColumns.For<LookupRow>(row => row.Answer.Identity),
        new("reason", row => row.Answer.Unresolved is { } unresolved ? EnumText.Of(unresolved.Reason) : null),
        new("message", row => row.Answer.Unresolved?.Message),
        new("retryable", row => row.Answer.Unresolved?.Retryable),
        new("retry_after", row => EnumText.Of(row.Answer.Unresolved?.RetryAfter)),
        new("missing_scopes", row => row.MissingScopes),
        new("source", row => row.Answer.Provenance is { } provenance ? EnumText.Of(provenance.Source) : null),
        new("age_seconds", row => row.Answer.Provenance is { Source: not Source.Unspecified } provenance ? (long)provenance.AgeSeconds : null),
    ];

    /// <summary>The columns for people: what was asked for, and one word of how it went.</summary>
    /// <param name="keyName">The name of the key's column.</param>
    /// <param name="fields">What was asked for.</param>
    /// <param name="withLine">Whether line numbers tell something.</param>
    public static IReadOnlyList<Column<LookupRow>> TableColumns(string keyName, IReadOnlyCollection<string> fields, bool withLine) =>
    [
        .. Columns(keyName).Where(column => column.Name == keyName || fields.Contains(column.Name) || (withLine && column.Name == "line")),
        new("outcome", row => row.Answer switch
        {
            { Unresolved: { } unresolved } => EnumText.Of(unresolved.Reason),
            { Identity.Withheld.Count: > 0 } => $"withheld: {string.Join(", ", row.Answer.Identity.Withheld.Select(EnumText.Of))}",
            _ => "ok",
        }),
        new("source", row => row.Answer.Provenance is { Source: not Source.Unspecified } from ? $"{EnumText.Of(from.Source)} {from.AgeSeconds}s" : null),
    ];

    private string[] MissingScopes => Answer switch
    {
        { Identity: { } identity } => IdentityColumns.ScopesOf(identity),
        { Unresolved: { } unresolved } => [.. unresolved.MissingScopes],
        _ => [],
    };
}
