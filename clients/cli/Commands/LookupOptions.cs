using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using IdentityGrpc.V1;
using Option = System.CommandLine.Option;

namespace IdentityGrpc.Cli.Commands;

/// <summary>The options that both lookups take.</summary>
internal sealed class LookupOptions
{
    private readonly Option<bool> _status = new("--status") { Description = "Also the person's status." };

    private readonly Option<bool> _includeResigned = new("--include-resigned") { Description = "Also find people who have resigned." };

    private readonly Option<TimeSpan?> _maxAge = new("--max-age")
    {
        Description = "The greatest age of an answer, such as 5m; 0 always asks the platform.",
        HelpName = "DURATION",
        CustomParser = result => DurationText.Parse(result, allowZero: true),
    };

    private readonly Option<bool> _cachedOnly = new("--cached-only") { Description = "Answers from the service's cache only." };

    private readonly Option<bool> _allowStale = new("--allow-stale") { Description = "While the platform is down, also answers past their time." };

    /// <summary>The identifiers wanted.</summary>
    public IdTypesOption IdTypes { get; } = new();

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[IdTypes, _status, _includeResigned, _maxAge, _cachedOnly, _allowStale]) command.Options.Add(option);
    }

    /// <summary>Whether the status is asked for.</summary>
    public bool IncludeStatus(ParseResult parsed) => parsed.GetValue(_status);

    /// <summary>Whether resigned people are asked for.</summary>
    public bool IncludeResigned(ParseResult parsed) => parsed.GetValue(_includeResigned);

    /// <summary>How old answers may be.</summary>
    public Freshness Freshness(ParseResult parsed) => new()
    {
        MaxAge = parsed.GetValue(_maxAge) is { } age ? Duration.FromTimeSpan(age) : null,
        CachedOnly = parsed.GetValue(_cachedOnly),
        AllowStale = parsed.GetValue(_allowStale),
    };

    /// <summary>The names of the columns that the answers fill.</summary>
    public IReadOnlyCollection<string> Fields(ParseResult parsed) =>
        IncludeStatus(parsed) ? [.. IdTypes.Fields(parsed), "status"] : IdTypes.Fields(parsed);
}
