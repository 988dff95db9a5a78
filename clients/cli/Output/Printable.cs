namespace IdentityGrpc.Cli.Output;

/// <summary>Text that a terminal takes as text.</summary>
internal static class Printable
{
    /// <summary>Replaces control characters, which a key of a file could steer the terminal with.</summary>
    public static string Of(string text) =>
        text.Any(char.IsControl) ? string.Create(text.Length, text, (span, source) =>
        {
            for (int i = 0; i < span.Length; i++) span[i] = char.IsControl(source[i]) ? '\uFFFD' : source[i];
        }) : text;
}
