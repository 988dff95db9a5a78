using System.CommandLine;
using IdentityGrpc.Cli.Output;
using IdentityGrpc.Cli.Rpc;
using IdentityGrpc.V1;

namespace IdentityGrpc.Cli.Commands;

/// <summary><c>idctl watch</c>: changes of identities as they become known, until interrupted.</summary>
internal sealed class WatchCommand(GlobalOptions globals, Surroundings surroundings)
{
    private readonly Option<string?> _resume = new("--resume")
    {
        Description = "Goes on where the run that wrote this file stopped, and keeps it up to date.",
        HelpName = "FILE",
    };

    /// <summary>Its grammar and action.</summary>
    public Command Build()
    {
        var command = new Command("watch", "Changes of people and departments as they become known.");
        command.Options.Add(_resume);
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var settings = globals.Read(parsed);
        var file = parsed.GetValue(_resume) is { } path ? new CursorFile(path) : null;
        var request = new WatchIdentityChangesRequest { App = settings.App, TenantKey = settings.TenantKey };
        if (file is not null) request.Cursor = await file.ReadAsync(cancellation);
        using var connection = new Connection(settings.Server, settings.Priority, surroundings.Time);
        var stream = new ResumedStream<WatchIdentityChangesRequest, WatchIdentityChangesResponse>(connection, new RetryPolicy(surroundings.Time, surroundings.Random),
            static (service, next, options) => service.WatchIdentityChanges(next, options), static (next, message) => next.Cursor = message.Cursor);
        // A watch has no end that a table could wait for.
        var writer = ChangeRows.Writer(settings.Format, surroundings, isContinued: request.Cursor.Length > 0);
        await writer.FlushAsync(cancellation);
        await foreach (var message in stream.ReadAsync(request, settings.Timeout, cancellation))
        {
            if (message.EventCase != WatchIdentityChangesResponse.EventOneofCase.None) writer.Write(message);
            await writer.FlushAsync(cancellation);
            if (file is not null) await file.WriteAsync(message.Cursor, cancellation);
        }
        throw new IdctlException(ExitCode.CallFailed, "the stream of changes has ended");
    }
}
