using System.CommandLine;
using System.CommandLine.Parsing;
using IdentityGrpc.Cli.Output;
using IdentityGrpc.Cli.Rpc;

namespace IdentityGrpc.Cli.Commands;

/// <summary>The options that every command takes.</summary>
internal sealed class GlobalOptions(Func<string, string?> variable)
{
    private readonly Option<Uri> _server = new("--server")
    {
        Description = "Where the service listens; or the environment variable IDCTL_SERVER.",
        HelpName = "URL",
        Recursive = true,
        CustomParser = result => ParseServer(result.Tokens[0].Value, result),
        DefaultValueFactory = result => ParseServer(variable("IDCTL_SERVER") is { Length: > 0 } url ? url : "http://127.0.0.1:50051", result)!,
    };

    private readonly Option<string> _app = new("--app")
    {
        Description = "The app's name in the service's configuration; or the environment variable IDCTL_APP.",
        HelpName = "NAME",
        Recursive = true,
        DefaultValueFactory = _ => variable("IDCTL_APP") is { Length: > 0 } app ? app : "default",
    };

    private readonly Option<string?> _tenant = new("--tenant")
    {
        Description = "The tenant; needed where the app has several.",
        HelpName = "KEY",
        Recursive = true,
    };

    private readonly Option<OutputFormat> _output = new("--output", "-o")
    {
        Description = "table, the default, for people; csv, or json (one object a line), for programs.",
        HelpName = "table|csv|json",
        Recursive = true,
        CustomParser = result => Words.Parse<OutputFormat>(result),
    };

    private readonly Option<TimeSpan?> _timeout = new("--timeout")
    {
        Description = "How long one call may take, such as 30s: of resolve and convert 30s by default, of members and watch without limit.",
        HelpName = "DURATION",
        Recursive = true,
        CustomParser = result => DurationText.Parse(result, allowZero: false),
    };

    private readonly Option<Priority> _priority = new("--priority")
    {
        Description = "interactive, the default; bulk gives way to other callers where the platform's rate limit is short.",
        HelpName = "interactive|bulk",
        Recursive = true,
        CustomParser = result => Words.Parse<Priority>(result),
    };

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All => [_server, _app, _tenant, _output, _timeout, _priority];

    /// <summary>What the command line says.</summary>
    public GlobalSettings Read(ParseResult parsed) => new(
        parsed.GetRequiredValue(_server),
        parsed.GetRequiredValue(_app),
        parsed.GetValue(_tenant) ?? "",
        parsed.GetValue(_output),
        parsed.GetValue(_timeout),
        parsed.GetValue(_priority));

    private static Uri? ParseServer(string text, SymbolResult result)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var server) && server.Scheme is "http" or "https") return server;
        result.AddError($"--server: '{text}' is not a URL such as http://127.0.0.1:50051.");
        return null;
    }
}
