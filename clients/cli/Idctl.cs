using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using IdentityGrpc.Cli.Commands;
using IdentityGrpc.Cli.Output;

namespace IdentityGrpc.Cli;

/// <summary>The program: reads the command line, runs the command, turns its end into an exit code.</summary>
internal static class Idctl
{
    /// <summary>Runs one command line.</summary>
    public static async Task<ExitCode> RunAsync(string[] arguments, Surroundings surroundings, CancellationToken cancellation)
    {
        // A contact may begin with @, which would else be read as the name of a file of arguments.
        var parsed = BuildRoot(surroundings).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction) return await RefuseAsync(parsed, surroundings);
        try
        {
            var configuration = new InvocationConfiguration
            {
                Output = surroundings.Output,
                Error = surroundings.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            int code = await parsed.InvokeAsync(configuration, cancellation);
            await surroundings.Output.FlushAsync(CancellationToken.None);
            return (ExitCode)code;
        }
        catch (Exception failure)
        {
            return await EndAsync(failure, surroundings, cancellation);
        }
    }

    private static RootCommand BuildRoot(Surroundings surroundings)
    {
        var options = new GlobalOptions(surroundings.Variable);
        var root = new RootCommand("Resolves people of Feishu and Lark tenants through an IdentityGrpc service.");
        foreach (var option in options.All) root.Options.Add(option);
        root.Subcommands.Add(new ResolveCommand(options, surroundings).Build());
        root.Subcommands.Add(new ConvertCommand(options, surroundings).Build());
        root.Subcommands.Add(new MembersCommand(options, surroundings).Build());
        root.Subcommands.Add(new WatchCommand(options, surroundings).Build());
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExitCodes((HelpAction)help.Action!);
        return root;
    }

    private static async Task<ExitCode> RefuseAsync(ParseResult parsed, Surroundings surroundings)
    {
        foreach (var error in parsed.Errors) await surroundings.Error.WriteLineAsync($"idctl: {error.Message}");
        string command = parsed.CommandResult.Command is RootCommand ? "idctl" : $"idctl {parsed.CommandResult.Command.Name}";
        await surroundings.Error.WriteLineAsync($"'{command} --help' says what is allowed.");
        return ExitCode.Usage;
    }

    private static async Task<ExitCode> EndAsync(Exception failure, Surroundings surroundings, CancellationToken cancellation)
    {
        var (code, report) = FailureReport.Of(failure, cancellation.IsCancellationRequested);
        foreach (string line in report) await surroundings.Error.WriteLineAsync(line);
        if (code == ExitCode.OutputClosed) return code;
        try
        {
            // What has been answered so far is worth having.
            await surroundings.Output.FlushAsync(CancellationToken.None);
        }
        catch (IOException)
        {
            return ExitCode.OutputClosed;
        }
        return code;
    }
}
