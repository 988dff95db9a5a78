using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace IdentityGrpc.Cli;

/// <summary>The usual help, with the exit codes below it.</summary>
internal sealed class HelpWithExitCodes(HelpAction usual) : SynchronousCommandLineAction
{
    private const string ExitCodes =
        """
        Exit codes:
          0    every key was answered with an identity; the list of members is complete
          1    some keys are unresolved; the list of members is not complete
          2    wrong usage, or an input file that cannot be read
          3    the call failed as a whole: status and details are on standard error
          4    the server cannot be reached
          130  interrupted by Ctrl+C
          141  the reader of standard output has gone away

        """;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int code = usual.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.WriteLine(ExitCodes);
        return code;
    }
}
