using System.CommandLine;
using IdentityGrpc.Cli.Input;
using IdentityGrpc.Cli.Rpc;
using IdentityGrpc.V1;

namespace IdentityGrpc.Cli.Commands;

/// <summary><c>idctl convert</c>: the other identifiers of people.</summary>
internal sealed class ConvertCommand
{
    private readonly Option<IdType> _from = new("--from")
    {
        Description = "The kind of all ids; by default each by its prefix, ou_ open_id, on_ union_id, else user_id.",
        HelpName = string.Join('|', IdTypesOption.Kinds.Select(Words.Of)),
        CustomParser = result => Words.ParseWord(result.Tokens[0].Value, result, IdTypesOption.Kinds),
    };

    private readonly Option<string?> _targetApp = new("--target-app")
    {
        Description = "The app that the open_ids are wanted for, of the same provider; --app by default.",
        HelpName = "NAME",
    };

    private readonly GlobalOptions _globals;
    private readonly LookupOptions _options = new();
    private readonly KeySource<string> _keys;
    private readonly LookupRun<string> _run;
    private readonly Surroundings _surroundings;

    /// <summary>Makes the command.</summary>
    public ConvertCommand(GlobalOptions globals, Surroundings surroundings)
    {
        var ids = new Argument<string[]>("ID") { Description = "open_ids, union_ids and user_ids." };
        _globals = globals;
        _surroundings = surroundings;
        _keys = new(ids, new IdKind(), surroundings.OpenInput);
        _run = new(_keys, "id", _options, surroundings);
    }

    /// <summary>Its grammar and action.</summary>
    public Command Build()
    {
        var command = new Command("convert", "The other identifiers of people, in the order given.");
        _keys.AddTo(command);
        command.Options.Add(_from);
        command.Options.Add(_targetApp);
        _options.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var settings = _globals.Read(parsed);
        using var connection = new Connection(settings.Server, settings.Priority, _surroundings.Time);
        return await _run.RunAsync(parsed, settings, AskAsync, cancellation);

        async Task<IReadOnlyList<Answer>> AskAsync(IReadOnlyList<string> ids, CancellationToken ending)
        {
            var request = new ConvertIdRequest
            {
                App = settings.App,
                TenantKey = settings.TenantKey,
                Ids = { ids },
                SourceIdType = parsed.GetValue(_from),
                IdTypes = { parsed.GetValue(_options.IdTypes) ?? [] },
                TargetApp = parsed.GetValue(_targetApp) ?? "",
                IncludeStatus = _options.IncludeStatus(parsed),
                IncludeResigned = _options.IncludeResigned(parsed),
                Freshness = _options.Freshness(parsed),
            };
            var response = await connection.Service.ConvertIdAsync(request, connection.CallOptions(settings.Timeout ?? LookupRun<string>.DefaultTimeout, ending));
            return [.. response.Conversions.Select(Answer.Of)];
        }
    }
}
