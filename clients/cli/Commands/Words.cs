using System.CommandLine.Parsing;
using System.Text.Json;

namespace IdentityGrpc.Cli.Commands;

/// <summary>Words of the command line that stand for the values of an enum, in lower case with underscores.</summary>
internal static class Words
{
    /// <summary>The word for a value, such as <c>open_id</c>.</summary>
    public static string Of<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>Reads an option of one word.</summary>
    public static T Parse<T>(ArgumentResult result) where T : struct, Enum => ParseWord<T>(result.Tokens[0].Value, result, Enum.GetValues<T>());

    /// <summary>Reads an option of several words, separated by commas.</summary>
    public static T[] ParseList<T>(ArgumentResult result, IReadOnlyList<T> allowed) where T : struct, Enum =>
        [.. result.Tokens.SelectMany(token => token.Value.Split(',')).Select(word => ParseWord(word, result, allowed)).Distinct()];

    /// <summary>Reads one word; where it is not allowed, the error names those that are.</summary>
    public static T ParseWord<T>(string word, SymbolResult result, IReadOnlyList<T> allowed) where T : struct, Enum
    {
        foreach (var value in allowed)
        {
            if (Of(value).Equals(word.Trim(), StringComparison.OrdinalIgnoreCase)) return value;
        }
        string option = result is ArgumentResult { Parent: OptionResult parent } ? parent.Option.Name : "value";
        result.AddError($"{option}: '{word}' is not one of {string.Join(", ", allowed.Select(Of))}.");
        return default;
    }
}
