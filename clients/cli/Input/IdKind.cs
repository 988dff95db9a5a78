namespace IdentityGrpc.Cli.Input;

/// <summary>Identifiers: a column <c>id</c>.</summary>
internal sealed class IdKind : IKeyKind<string>
{
    /// <inheritdoc/>
    public string Columns => "id";

    /// <inheritdoc/>
    public string Read(string text) => text;

    /// <inheritdoc/>
    public Func<IRecord, (string Text, string Key)>? ReadHeader(IReadOnlyList<string> header)
    {
        int id = header.IndexOf("id");
        return id < 0 ? null : record => (record[id], record[id]);
    }
}
