namespace IdentityGrpc.Testing;

/// <summary>The built service as a real process, on free loopback ports. What it prints goes into <see cref="RunRecord.OfProcess"/>.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private bool _isKilled;

    private ServerProcess(ChildProcess process, Uri grpcUrl, Uri httpUrl, Uri? sandboxUrl)
    {
        Process = process;
        GrpcUrl = grpcUrl;
        HttpUrl = httpUrl;
        SandboxUrl = sandboxUrl;
    }

    /// <summary>The process, for its output.</summary>
    public ChildProcess Process { get; }

    /// <summary>Where gRPC is served.</summary>
    public Uri GrpcUrl { get; }

    /// <summary>Where HTTP is served.</summary>
    public Uri HttpUrl { get; }

    /// <summary>Where the embedded simulator is served; null where there is none.</summary>
    public Uri? SandboxUrl { get; }

    /// <summary>The settings that put every listener on a free loopback port.</summary>
    public static IReadOnlyDictionary<string, string> FreePorts { get; } = new Dictionary<string, string>
    {
        ["IdentityGrpc__Listen__Grpc"] = "http://127.0.0.1:0",
        ["IdentityGrpc__Listen__Http"] = "http://127.0.0.1:0",
        ["IdentityGrpc__Sandbox__Listen"] = "http://127.0.0.1:0",
    };

    /// <summary>Starts the service without waiting for anything, with <see cref="FreePorts"/> and the settings given on top.</summary>
    /// <param name="settings">Environment variables, such as <c>IdentityGrpc__Sandbox__Users</c>.</param>
    public static ChildProcess Launch(IReadOnlyDictionary<string, string>? settings = null)
    {
        var environment = new Dictionary<string, string>(FreePorts);
        // With apps of its own the service takes no setting of a sandbox.
        if (settings?.Keys.Any(name => name.StartsWith("IdentityGrpc__Apps__", StringComparison.Ordinal)) == true) environment.Remove("IdentityGrpc__Sandbox__Listen");
        foreach (var (name, value) in settings ?? new Dictionary<string, string>()) environment[name] = value;
        return ChildProcess.Start("dotnet", [Checkout.ProgramOf("IdentityGrpc.Server")], environment);
    }

    /// <summary>Starts the service and waits until it says that it is ready.</summary>
    public static async Task<ServerProcess> StartAsync(IReadOnlyDictionary<string, string>? settings = null, CancellationToken cancellationToken = default)
    {
        var process = Launch(settings);
        try
        {
            await process.ReadToLineAsync(line => line == "IdentityGrpc is ready.", cancellationToken);
            var banner = await process.ReadToLineAsync(line => line.StartsWith("Stop with", StringComparison.Ordinal), cancellationToken);
            return new(process, Url(banner, "gRPC")!, Url(banner, "HTTP")!, Url(banner, "Sandbox"));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks the process to stop and waits for its end.</summary>
    /// <exception cref="InvalidOperationException">It did not end, or not with exit code 0.</exception>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        Process.Terminate();
        (await Process.WaitForExitAsync(cancellationToken)).Succeeded();
    }

    /// <summary>Ends the process at once (SIGKILL), as a crash would.</summary>
    public Task KillAsync(CancellationToken cancellationToken = default)
    {
        _isKilled = true;
        return Process.KillAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await using (Process)
        {
            if (!_isKilled) await StopAsync();
        }
        RunRecord.OfProcess.HearAll("server", Process.Output + Process.Errors);
    }

    private static Uri? Url(IReadOnlyList<string> banner, string name) => banner
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(words => words.Length > 1 && words[0] == name).Select(words => new Uri(words[1])).SingleOrDefault();
}
