using IdentityGrpc.V1;

namespace IdentityGrpc.Cli.Output;

/// <summary>The columns of an identity.</summary>
internal static class IdentityColumns
{
    /// <summary>All of them, for rows that may have an identity.</summary>
    public static Column<TRow>[] For<TRow>(Func<TRow, Identity?> identity) =>
    [
        new("open_id", row => Text(identity(row)?.OpenId)),
        new("union_id", row => Text(identity(row)?.UnionId)),
        new("user_id", row => Text(identity(row)?.UserId)),
        new("status", row => identity(row) is { } found ? EnumText.Of(found.Status) : null),
        new("withheld", row => identity(row)?.Withheld.Select(EnumText.Of).ToArray() ?? []),
    ];

    /// <summary>The scopes that would show what is withheld.</summary>
    public static string[] ScopesOf(Identity identity) => [.. identity.Withheld.SelectMany(withheld => withheld.MissingScopes).Distinct()];

    /// <summary>An unset field of the contract is empty text.</summary>
    public static string? Text(string? value) => string.IsNullOrEmpty(value) ? null : value;

    /// <summary>Whether an identity shows all that was asked for.</summary>
    public static Outcome OutcomeOf(Identity? identity) => identity switch
    {
        null => Outcome.None,
        { Withheld.Count: 0 } => Outcome.Good,
        _ => Outcome.Partial,
    };
}
