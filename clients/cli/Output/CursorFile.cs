namespace IdentityGrpc.Cli.Output;

/// <summary>
/// The file that remembers how far a walk is, so that a later run goes on there. It changes in one step, and only when
/// the rows before the cursor have been handed over: after a crash at most one message's rows come again.
/// </summary>
internal sealed class CursorFile(string path)
{
    /// <summary>The cursor that an earlier run left; empty where there is none.</summary>
    /// <exception cref="IdctlException">The file cannot be read.</exception>
    public async Task<string> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            return File.Exists(path) ? (await File.ReadAllTextAsync(path, cancellation)).Trim() : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IdctlException(ExitCode.Usage, $"--resume: {e.Message}");
        }
    }

    /// <summary>Remembers a cursor.</summary>
    /// <exception cref="IdctlException">The file cannot be written.</exception>
    public async Task WriteAsync(string cursor, CancellationToken cancellation)
    {
        try
        {
            string next = path + ".new";
            await File.WriteAllTextAsync(next, cursor + "\n", cancellation);
            File.Move(next, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IdctlException(ExitCode.Usage, $"--resume: {e.Message}");
        }
    }

    /// <summary>The walk is at its end: the next run begins anew.</summary>
    public void Delete() => File.Delete(path);
}
