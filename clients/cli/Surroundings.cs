using System.Text;
using Microsoft.Win32.SafeHandles;

namespace IdentityGrpc.Cli;

/// <summary>All that a run touches of the world outside, so that tests run the program as it is.</summary>
internal sealed class Surroundings : IDisposable
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Standard output: answers only.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Standard error: progress, summaries and failures.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Opens standard input.</summary>
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>Whether <see cref="Output"/> is a terminal.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>Whether <see cref="Error"/> is a terminal.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>The value of an environment variable, or null.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>The clock of deadlines and waits.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The source of jitter.</summary>
    public required Random Random { get; init; }

    /// <summary>The surroundings of this process.</summary>
    public static Surroundings OfProcess()
    {
        Console.OutputEncoding = s_utf8;
        return new()
        {
            Output = new StreamWriter(OpenOutput(), s_utf8, bufferSize: 1 << 16) { AutoFlush = false, NewLine = "\n" },
            Error = Console.Error,
            OpenInput = Console.OpenStandardInput,
            OutputIsTerminal = !Console.IsOutputRedirected,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            Variable = Environment.GetEnvironmentVariable,
            Time = TimeProvider.System,
            Random = new Random(),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Output.Dispose();
        }
        catch (IOException)
        {
            // The reader of the output has gone; the run has said so by its exit code.
        }
    }

    /// <summary>
    /// Standard output as a pipe that fails when its reader goes away. The console's own stream swallows that, and
    /// a walk over a whole company would go on for nobody.
    /// </summary>
    private static Stream OpenOutput()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected) return Console.OpenStandardOutput();
        var direct = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        // A file keeps a position that it shares with other programs of the script; a FileStream would use its own.
        return direct.CanSeek ? Console.OpenStandardOutput() : direct;
    }
}
