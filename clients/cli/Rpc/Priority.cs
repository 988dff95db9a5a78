namespace IdentityGrpc.Cli.Rpc;

/// <summary>How pressing calls are, where the platform's rate limit is short.</summary>
internal enum Priority
{
    /// <summary>Somebody waits.</summary>
    Interactive,

    /// <summary>Gives way to others.</summary>
    Bulk,
}
