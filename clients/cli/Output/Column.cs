namespace IdentityGrpc.Cli.Output;

/// <summary>A column of the output: of CSV and table by its text, of JSON by its value.</summary>
/// <param name="Name">The name; where the value is a field of the contract, that field's name.</param>
/// <param name="Value">The value: a string, a long, a bool, strings, or null where there is none.</param>
internal sealed record Column<TRow>(string Name, Func<TRow, object?> Value)
{
    /// <summary>The value as text; empty where there is none, several separated by a blank.</summary>
    public string Text(TRow row) => Value(row) switch
    {
        null => "",
        string text => text,
        bool flag => flag ? "true" : "false",
        IEnumerable<string> several => string.Join(' ', several),
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        var other => throw new NotSupportedException($"Column {Name} holds a {other.GetType()}."),
    };
}
