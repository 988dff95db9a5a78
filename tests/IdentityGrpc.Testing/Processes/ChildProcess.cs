using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Threading.Channels;

namespace IdentityGrpc.Testing;

/// <summary>A program that a test runs as a process of its own. All that it prints is kept, for assertions and for the message when it fails.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(40);

    private readonly Process _process;
    private readonly StringBuilder _output = new(), _errors = new();
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Task _reading;

    private ChildProcess(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(
            ReadAsync(process.StandardOutput, _output, line => _lines.Writer.TryWrite(line)),
            ReadAsync(process.StandardError, _errors, null));
    }

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>The processor time that it has used so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>What it has printed to stdout so far.</summary>
    public string Output => Copy(_output);

    /// <summary>What it has printed to stderr so far.</summary>
    public string Errors => Copy(_errors);

    /// <summary>Starts a program.</summary>
    /// <param name="program">Its path, or its name where it is on the PATH.</param>
    /// <param name="arguments">Its arguments, unquoted.</param>
    /// <param name="environment">Variables on top of this process's own, of which those of the service are left out.</param>
    /// <param name="workingDirectory">Where it runs; the source tree by default.</param>
    /// <exception cref="FileNotFoundException">There is no such program.</exception>
    public static ChildProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? workingDirectory = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = workingDirectory ?? Checkout.Root,
        };
        foreach (string inherited in start.Environment.Keys.Where(IsOfTheService).ToList()) start.Environment.Remove(inherited);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        try
        {
            var process = Process.Start(start)!;
            process.StandardInput.Close();
            return new(process);
        }
        catch (Win32Exception e)
        {
            throw new FileNotFoundException($"{program} cannot be started: {e.Message}. Install what the tests need with: bash eng/install-test-tools.sh", program, e);
        }
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<ProcessResult> RunAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null,
        string? workingDirectory = null, CancellationToken cancellationToken = default)
    {
        await using var process = Start(program, arguments, environment, workingDirectory);
        return await process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Reads stdout to the first line that fits, that line included.</summary>
    /// <exception cref="InvalidOperationException">It ended, or was silent for too long.</exception>
    public async Task<IReadOnlyList<string>> ReadToLineAsync(Predicate<string> isLast, CancellationToken cancellationToken = default)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_patience);
        var lines = new List<string>();
        try
        {
            await foreach (string line in _lines.Reader.ReadAllAsync(patience.Token))
            {
                lines.Add(line);
                if (isLast(line)) return lines;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InvalidOperationException($"{Name} did not say what was waited for within {s_patience}.\n{Transcript}");
        }
        throw new InvalidOperationException($"{Name} ended without saying what was waited for.\n{Transcript}");
    }

    /// <summary>Waits for the end, and for all that it has printed.</summary>
    public async Task<ProcessResult> WaitForExitAsync(CancellationToken cancellationToken = default)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
            await _reading.WaitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InvalidOperationException($"{Name} did not end within {s_patience}.\n{Transcript}");
        }
        return new(_process.ExitCode, Output, Errors);
    }

    /// <summary>Sends SIGTERM to this process alone; nothing where it has ended.</summary>
    public void Terminate()
    {
        if (_process.HasExited) return;
        using var kill = Process.Start("kill", ["-TERM", Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Ends it at once (SIGKILL), as a crash would, and waits until it has.</summary>
    public async Task KillAsync(CancellationToken cancellationToken = default)
    {
        _process.Kill();
        await _process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>All that it has printed, for messages.</summary>
    public string Transcript => $"-- stdout\n{Output}-- stderr\n{Errors}";

    private string Name => $"{Path.GetFileName(_process.StartInfo.FileName)} {string.Join(' ', _process.StartInfo.ArgumentList)}";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    // What a developer has set for the service must not change what tests see.
    private static bool IsOfTheService(string name) => name.StartsWith("IdentityGrpc", StringComparison.OrdinalIgnoreCase) || name is "ASPNETCORE_URLS" or "ASPNETCORE_ENVIRONMENT";

    private async Task ReadAsync(StreamReader reader, StringBuilder into, Action<string>? onLine)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (into) into.Append(line).Append('\n');
            onLine?.Invoke(line);
        }
        if (onLine is not null) _lines.Writer.Complete();
    }

    private static string Copy(StringBuilder text)
    {
        lock (text) return text.ToString();
    }
}

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">All of stdout.</param>
/// <param name="Errors">All of stderr.</param>
public sealed record ProcessResult(int ExitCode, string Output, string Errors)
{
    /// <summary>The output, where the program succeeded.</summary>
    /// <exception cref="InvalidOperationException">Its exit code is not 0.</exception>
    public string Succeeded() => ExitCode == 0 ? Output : throw new InvalidOperationException($"Exit code {ExitCode}.\n-- stdout\n{Output}-- stderr\n{Errors}");
}
