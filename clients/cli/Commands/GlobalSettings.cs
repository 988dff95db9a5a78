using IdentityGrpc.Cli.Output;
using IdentityGrpc.Cli.Rpc;

namespace IdentityGrpc.Cli.Commands;

/// <summary>What the global options say.</summary>
/// <param name="Server">Where the service listens.</param>
/// <param name="App">The app's name in the service's configuration.</param>
/// <param name="TenantKey">The tenant; empty for the app's only one.</param>
/// <param name="Format">The form of the answers.</param>
/// <param name="Timeout">How long one call may take; null for the command's own limit.</param>
/// <param name="Priority">How pressing the calls are.</param>
internal sealed record GlobalSettings(Uri Server, string App, string TenantKey, OutputFormat Format, TimeSpan? Timeout, Priority Priority);
