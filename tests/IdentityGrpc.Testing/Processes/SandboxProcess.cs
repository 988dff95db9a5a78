using System.Text.RegularExpressions;

namespace IdentityGrpc.Testing;

/// <summary>The sandbox alone as a real process, on a free loopback port. What it prints goes into <see cref="RunRecord.OfProcess"/>.</summary>
public sealed partial class SandboxProcess : IAsyncDisposable
{
    private SandboxProcess(ChildProcess process, Uri url)
    {
        Process = process;
        Url = url;
    }

    /// <summary>The process, for its output.</summary>
    public ChildProcess Process { get; }

    /// <summary>Where the sandbox is served.</summary>
    public Uri Url { get; }

    /// <summary>Starts the sandbox and waits until it says where it listens.</summary>
    /// <param name="settings">Environment variables, such as <c>IdentityGrpc__Sandbox__Users</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<SandboxProcess> StartAsync(IReadOnlyDictionary<string, string>? settings = null, CancellationToken cancellationToken = default)
    {
        var environment = new Dictionary<string, string> { ["IdentityGrpc__Sandbox__Listen"] = "http://127.0.0.1:0" };
        foreach (var (name, value) in settings ?? new Dictionary<string, string>()) environment[name] = value;
        var process = ChildProcess.Start("dotnet", [Checkout.ProgramOf("IdentityGrpc.Sandbox")], environment);
        try
        {
            var lines = await process.ReadToLineAsync(line => Http().IsMatch(line), cancellationToken);
            return new(process, new Uri(Http().Match(lines[^1]).Value));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await using (Process)
        {
            Process.Terminate();
            (await Process.WaitForExitAsync()).Succeeded();
        }
        RunRecord.OfProcess.HearAll("sandbox", Process.Output + Process.Errors);
    }

    [GeneratedRegex(@"http://[0-9.]+:[0-9]+")]
    private static partial Regex Http();
}
