using System.ComponentModel;
using System.Diagnostics;

namespace IdentityGrpc.Testing;

/// <summary>One run of <c>redis-server</c>, from its start until it has ended.</summary>
internal sealed class RedisProcess : IDisposable
{
    private const string Executable = "redis-server";
    private const string ReadyLine = "Ready to accept connections";
    private const string PortTakenLine = "Address already in use";
    private const int KeptLines = 50;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly Queue<string> _output = new(); // also the lock
    private readonly List<(string Text, TaskCompletionSource Printed)> _awaited = [];

    private RedisProcess(IReadOnlyList<string> arguments)
    {
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(Executable, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public static async Task<RedisProcess> StartAsync(
        IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var server = new RedisProcess(arguments);
        try
        {
            server.Start();
            await server.WaitUntilReadyAsync(cancellationToken);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Whether a start failed because somebody else has the port.</summary>
    public static bool IsPortTaken(InvalidOperationException ex) =>
        ex.Message.Contains(PortTakenLine, StringComparison.Ordinal);

    /// <summary>Completes when it has printed a line that contains <paramref name="text"/>.</summary>
    public Task LineAsync(string text, CancellationToken cancellationToken)
    {
        var printed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_output)
        {
            if (_output.Any(line => line.Contains(text, StringComparison.Ordinal)))
            {
                return Task.CompletedTask;
            }

            _awaited.Add((text, printed));
        }

        return printed.Task.WaitAsync(s_limit, cancellationToken);
    }

    public async Task EndAsync(int signal, CancellationToken cancellationToken)
    {
        if (!_process.HasExited)
        {
            PosixSignals.Send(_process.Id, signal);
        }

        await _process.WaitForExitAsync(cancellationToken).WaitAsync(s_limit, cancellationToken);
    }

    /// <summary>Kills the process where it still runs, so that no test leaves one behind.</summary>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= KillAtExit;
        KillAtExit(null, EventArgs.Empty);
        _process.Dispose();
    }

    private void Start()
    {
        try
        {
            _process.Start();
        }
        catch (Win32Exception ex)
        {
            throw new InvalidOperationException(
                $"'{Executable}' cannot be run: {ex.Message}. The tests need it on the PATH " +
                "(Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis).",
                ex);
        }

        AppDomain.CurrentDomain.ProcessExit += KillAtExit;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        var ready = LineAsync(ReadyLine, cancellationToken);
        var ended = _process.WaitForExitAsync(cancellationToken);
        await await Task.WhenAny(ready, ended);
        if (!ready.IsCompleted)
        {
            throw new InvalidOperationException($"'{Executable}' ended with {_process.ExitCode}:\n{Output()}");
        }
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.Enqueue(line);
            if (_output.Count > KeptLines)
            {
                _output.Dequeue();
            }

            foreach (var (text, printed) in _awaited)
            {
                if (line.Contains(text, StringComparison.Ordinal))
                {
                    printed.TrySetResult(); // runs its continuations elsewhere
                }
            }
        }
    }

    private string Output()
    {
        lock (_output)
        {
            return string.Join('\n', _output);
        }
    }

    private void KillAtExit(object? sender, EventArgs e)
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It never started, or has ended.
        }
    }
}
