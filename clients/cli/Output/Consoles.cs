using Spectre.Console;

namespace IdentityGrpc.Cli.Output;

/// <summary>Makes consoles that know whether they are seen by somebody.</summary>
internal static class Consoles
{
    /// <summary>A width that nothing wraps at.</summary>
    public const int Unlimited = 10_000;

    /// <summary>A console on one of the streams: with colours on a terminal, unless <c>NO_COLOR</c> or a dumb <c>TERM</c> speaks against them.</summary>
    public static IAnsiConsole On(TextWriter writer, bool isTerminal, Func<string, string?> variable)
    {
        bool ansi = isTerminal && variable("TERM") != "dumb";
        bool colours = ansi && string.IsNullOrEmpty(variable("NO_COLOR"));
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = ansi ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = ansi ? InteractionSupport.Yes : InteractionSupport.No,
        });
        if (!isTerminal) console.Profile.Width = Unlimited;
        return console;
    }
}
