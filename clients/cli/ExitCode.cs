namespace IdentityGrpc.Cli;

/// <summary>What a script learns from the end of a run. The numbers are part of the program's contract.</summary>
internal enum ExitCode
{
    /// <summary>Every key was answered with an identity; a walk was complete.</summary>
    Ok = 0,

    /// <summary>Every key was answered, some without an identity; a walk left something out.</summary>
    Incomplete = 1,

    /// <summary>Wrong usage, or an input file that cannot be read.</summary>
    Usage = 2,

    /// <summary>A call failed as a whole; the status and its details are on standard error.</summary>
    CallFailed = 3,

    /// <summary>The server cannot be reached.</summary>
    Unreachable = 4,

    /// <summary>Ctrl+C.</summary>
    Interrupted = 130,

    /// <summary>Whoever read standard output has gone away, such as <c>head</c>.</summary>
    OutputClosed = 141,
}
