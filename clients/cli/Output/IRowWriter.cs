namespace IdentityGrpc.Cli.Output;

/// <summary>Writes rows in one of the forms.</summary>
internal interface IRowWriter<in TRow>
{
    /// <summary>Writes a row.</summary>
    void Write(TRow row);

    /// <summary>Hands over what has been written, so that a reader of a pipe sees it.</summary>
    Task FlushAsync(CancellationToken cancellation);

    /// <summary>Writes what only the end allows to write.</summary>
    Task FinishAsync(CancellationToken cancellation);
}
