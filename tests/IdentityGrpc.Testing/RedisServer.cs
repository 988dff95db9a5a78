using System.Globalization;

namespace IdentityGrpc.Testing;

/// <summary>
/// A real <c>redis-server</c> of its own, on loopback, that keeps nothing on disk. It can be stopped, killed, frozen
/// and started again on the same port.
/// </summary>
/// <remarks>Not thread-safe: one test at a time changes its state.</remarks>
public sealed class RedisServer : IAsyncDisposable
{
    private const int Attempts = 5;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("identitygrpc-redis-");
    private readonly IReadOnlyList<string> _options;
    private readonly RunRecord? _record;
    private RedisProcess? _process;
    private RedisEar? _ear;
    private bool _isPaused;

    private RedisServer(IReadOnlyList<string> options, RunRecord? record) => (_options, _record) = (options, record);

    /// <summary>
    /// The record that hears all that servers started from now on are told. A test project sets it before its first test; null
    /// where times are measured, which listening would falsify.
    /// </summary>
    public static RunRecord? HeardBy { get; set; }

    /// <summary>The loopback port; the same over restarts.</summary>
    public int Port { get; private set; }

    /// <summary>Where it listens, for StackExchange.Redis; settings can follow after a comma.</summary>
    public string ConnectionString => $"127.0.0.1:{Port}";

    /// <summary>Whether the process runs (a frozen one does).</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>The id of the running process.</summary>
    /// <exception cref="InvalidOperationException">It does not run.</exception>
    public int ProcessId => Running.Id;

    private RedisProcess Running =>
        _process ?? throw new InvalidOperationException($"The redis-server on port {Port} does not run.");

    /// <summary>Starts a server on a free port and waits until it accepts connections.</summary>
    /// <param name="options">More options of <c>redis-server</c>, such as <c>["--requirepass", "secret"]</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidOperationException">
    /// <c>redis-server</c> is not installed, or did not start; the message holds what it printed.
    /// </exception>
    public static Task<RedisServer> StartNewAsync(
        IReadOnlyList<string> options, CancellationToken cancellationToken = default) =>
        StartNewAsync(options, HeardBy, cancellationToken);

    /// <inheritdoc cref="StartNewAsync(IReadOnlyList{string}, CancellationToken)"/>
    /// <param name="options">More options of <c>redis-server</c>.</param>
    /// <param name="record">Hears what this server is told, whatever <see cref="HeardBy"/> is; null: nobody does.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<RedisServer> StartNewAsync(
        IReadOnlyList<string> options, RunRecord? record, CancellationToken cancellationToken = default)
    {
        var server = new RedisServer(options, record);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                server.Port = FreePort.Next();
                try
                {
                    await server.StartAsync(cancellationToken);
                    return server;
                }
                catch (InvalidOperationException ex) when (attempt < Attempts && RedisProcess.IsPortTaken(ex))
                {
                    // Somebody was faster between finding the port and listening on it.
                }
            }
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc cref="StartNewAsync(IReadOnlyList{string}, CancellationToken)"/>
    public static Task<RedisServer> StartNewAsync(CancellationToken cancellationToken = default) =>
        StartNewAsync([], cancellationToken);

    /// <summary>Starts it again on its port, empty, after <see cref="StopAsync"/> or <see cref="KillAsync"/>.</summary>
    /// <exception cref="InvalidOperationException">It runs already, or did not start.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (IsRunning)
        {
            throw new InvalidOperationException($"The redis-server on port {Port} runs already.");
        }

        await EndListeningAsync();
        _process = await RedisProcess.StartAsync(
            [
                "--port", Port.ToString(CultureInfo.InvariantCulture),
                "--bind", "127.0.0.1",
                "--save", "",
                "--appendonly", "no",
                "--dir", _folder.FullName,
                .. _options,
            ],
            cancellationToken);
        _isPaused = false;
        if (_record is not null)
        {
            _ear = await RedisEar.AttachAsync(Port, Password, _record, cancellationToken);
        }
    }

    /// <summary>Asks it to end (SIGTERM) and waits until it has.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        await FinishListeningAsync();
        await EndAsync(PosixSignals.Terminate, cancellationToken);
    }

    /// <summary>Ends it at once (SIGKILL), as a crash would, and waits until it has.</summary>
    public Task KillAsync(CancellationToken cancellationToken = default) =>
        EndAsync(PosixSignals.Kill, cancellationToken);

    /// <summary>Kills it and starts it again, empty, on the same port.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await KillAsync(cancellationToken);
        await StartAsync(cancellationToken);
    }

    /// <summary>Freezes it (SIGSTOP): connections stay open and nothing answers until <see cref="Resume"/>.</summary>
    public void Pause()
    {
        PosixSignals.Send(Running.Id, PosixSignals.Stop);
        _isPaused = true;
    }

    /// <summary>Lets a frozen server run on (SIGCONT).</summary>
    public void Resume()
    {
        PosixSignals.Send(Running.Id, PosixSignals.Continue);
        _isPaused = false;
    }

    /// <summary>Waits until this run has printed a line that contains <paramref name="text"/>.</summary>
    /// <exception cref="TimeoutException">It has not within 20 seconds.</exception>
    public Task WaitForLogAsync(string text, CancellationToken cancellationToken = default) =>
        Running.LineAsync(text, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await FinishListeningAsync();
            await KillAsync();
        }

        _folder.Delete(recursive: true);
    }

    private string? Password =>
        _options.SkipWhile(option => option != "--requirepass").Skip(1).FirstOrDefault();

    private async Task FinishListeningAsync()
    {
        // One that is frozen, or has ended by itself, tells nothing more.
        if (_ear is not null && IsRunning && !_isPaused)
        {
            await _ear.FinishAsync();
        }
    }

    private async Task EndAsync(int signal, CancellationToken cancellationToken)
    {
        var process = Running;
        if (_ear is { IsDeaf: true } && IsRunning)
        {
            _record!.Miss($"what the Redis on port {Port} was told after it had closed the connection of MONITOR");
        }

        await process.EndAsync(signal, cancellationToken);
        process.Dispose();
        _process = null;
        await EndListeningAsync();
    }

    private async Task EndListeningAsync()
    {
        if (_ear is { } ear)
        {
            _ear = null;
            await ear.EndAsync();
        }
    }
}
