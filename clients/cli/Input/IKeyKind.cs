namespace IdentityGrpc.Cli.Input;

/// <summary>How a kind of key is read from text and from the columns of a file.</summary>
internal interface IKeyKind<TKey>
{
    /// <summary>The names of the columns that a header may have, for messages.</summary>
    string Columns { get; }

    /// <summary>Reads a key that stands alone.</summary>
    TKey Read(string text);

    /// <summary>
    /// How to read a record, where the cells are a header; null where they are not. What it returns throws a
    /// <see cref="FormatException"/> on a record that cannot be a key.
    /// </summary>
    /// <param name="header">The cells of the first line, trimmed and in lower case.</param>
    Func<IRecord, (string Text, TKey Key)>? ReadHeader(IReadOnlyList<string> header);
}

/// <summary>A record of a file.</summary>
internal interface IRecord
{
    /// <summary>The text of a cell; empty where the record has no such cell.</summary>
    string this[int column] { get; }
}
