namespace IdentityGrpc.Cli.Input;

/// <summary>Finding columns.</summary>
internal static class HeaderExtensions
{
    /// <summary>The column of a name, or -1.</summary>
    public static int IndexOf(this IReadOnlyList<string> header, string name)
    {
        for (int column = 0; column < header.Count; column++)
        {
            if (header[column] == name) return column;
        }
        return -1;
    }
}
