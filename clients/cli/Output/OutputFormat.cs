namespace IdentityGrpc.Cli.Output;

/// <summary>The form of the answers.</summary>
internal enum OutputFormat
{
    /// <summary>For people.</summary>
    Table,

    /// <summary>A header and a record for each answer.</summary>
    Csv,

    /// <summary>An object a line.</summary>
    Json,
}
