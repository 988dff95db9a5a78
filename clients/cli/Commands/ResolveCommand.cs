using System.CommandLine;
using IdentityGrpc.Cli.Input;
using IdentityGrpc.Cli.Rpc;
using IdentityGrpc.V1;

namespace IdentityGrpc.Cli.Commands;

/// <summary><c>idctl resolve</c>: the people behind e-mails and mobiles.</summary>
internal sealed class ResolveCommand
{
    private readonly GlobalOptions _globals;
    private readonly LookupOptions _options = new();
    private readonly KeySource<Contact> _keys;
    private readonly LookupRun<Contact> _run;
    private readonly Surroundings _surroundings;

    /// <summary>Makes the command.</summary>
    public ResolveCommand(GlobalOptions globals, Surroundings surroundings)
    {
        var contacts = new Argument<string[]>("CONTACT") { Description = "E-mails (with an @) and mobiles." };
        _globals = globals;
        _surroundings = surroundings;
        _keys = new(contacts, new ContactKind(), surroundings.OpenInput);
        _run = new(_keys, "contact", _options, surroundings);
    }

    /// <summary>Its grammar and action.</summary>
    public Command Build()
    {
        var command = new Command("resolve", "The people behind e-mails and mobiles, in the order given.");
        _keys.AddTo(command);
        _options.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var settings = _globals.Read(parsed);
        using var connection = new Connection(settings.Server, settings.Priority, _surroundings.Time);
        return await _run.RunAsync(parsed, settings, AskAsync, cancellation);

        async Task<IReadOnlyList<Answer>> AskAsync(IReadOnlyList<Contact> contacts, CancellationToken ending)
        {
            var request = new ResolveByContactRequest
            {
                App = settings.App,
                TenantKey = settings.TenantKey,
                Contacts = { contacts },
                IdTypes = { parsed.GetValue(_options.IdTypes) ?? [] },
                IncludeStatus = _options.IncludeStatus(parsed),
                IncludeResigned = _options.IncludeResigned(parsed),
                Freshness = _options.Freshness(parsed),
            };
            var response = await connection.Service.ResolveByContactAsync(request, connection.CallOptions(settings.Timeout ?? LookupRun<Contact>.DefaultTimeout, ending));
            return [.. response.Resolutions.Select(Answer.Of)];
        }
    }
}
