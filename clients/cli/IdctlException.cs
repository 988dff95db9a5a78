namespace IdentityGrpc.Cli;

/// <summary>An end of the run that has been foreseen: what to say, and the exit code.</summary>
internal sealed class IdctlException(ExitCode code, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The exit code.</summary>
    public ExitCode Code { get; } = code;

    /// <summary>A file or an argument that cannot be used.</summary>
    public static IdctlException BadInput(string message, Exception? cause = null) => new(ExitCode.Usage, message, cause);
}
