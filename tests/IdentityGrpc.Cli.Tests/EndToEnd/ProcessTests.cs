using System.Diagnostics;
using IdentityGrpc.Cli.Tests.Support;
using IdentityGrpc.Testing;
using IdentityGrpc.V1;

namespace IdentityGrpc.Cli.Tests.EndToEnd;

/// <summary>The program as a process of its own: what only a process has.</summary>
public class ProcessTests(LiveService live)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>Where the program's own project builds it: beside the tests it would lack what their frameworks bring.</summary>
    private static string Program => Path.Combine(
        Checkout.Root, "artifacts", "bin", "IdentityGrpc.Cli", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "idctl.dll");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Process_Resolve_AnswersOnStandardOutput()
    {
        var person = live.Truth.Present.First(user => user.Mobile is not null);
        using var process = Start("resolve", "-f", "-", "-o", "csv", "--server", live.Url);
        await process.StandardInput.WriteAsync($"contact\n{person.Mobile}\n李雷@例子.测试\n");
        process.StandardInput.Close();
        var rows = Csv.Read(await process.StandardOutput.ReadToEndAsync(Cancellation));
        await process.WaitForExitAsync(Cancellation).WaitAsync(s_patience, Cancellation);
        Assert.Equal(1, process.ExitCode);
        Assert.Equal(person.IdsFor("default"), rows[0].Ids());
        Assert.Equal("李雷@例子.测试", rows[1]["contact"]);
    }

    [Fact]
    public async Task Process_CtrlC_EndsWith130()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are sent by kill.");
        await using var server = await ScriptedServer.StartAsync();
        TaskCompletionSource asked = new(), ended = new();
        server.Resolve = async (_, context) =>
        {
            context.CancellationToken.Register(ended.SetResult);
            asked.SetResult();
            await ended.Task;
            return new();
        };
        using var process = Start("resolve", "a@b.test", "--server", server.Url);
        await asked.Task.WaitAsync(s_patience, Cancellation);
        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        await process.WaitForExitAsync(Cancellation).WaitAsync(s_patience, Cancellation);
        Assert.Equal(130, process.ExitCode);
        Assert.Equal("idctl: interrupted\n", await process.StandardError.ReadToEndAsync(Cancellation));
        await ended.Task.WaitAsync(s_patience, Cancellation);
    }

    [Fact]
    public async Task Process_ReaderGoesAway_TheWalkEnds()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Pipes of Windows tell it in another way.");
        await using var server = await ScriptedServer.StartAsync();
        server.Members = async (_, stream) =>
        {
            var message = new StreamDepartmentMembersResponse { Members = { Enumerable.Repeat(new Member { Identity = new() { OpenId = "ou_1" } }, 1000) } };
            while (true) await stream.WriteAsync(message);
        };
        using var process = Start("members", "0", "-o", "csv", "--server", server.Url);
        Assert.NotNull(await process.StandardOutput.ReadLineAsync(Cancellation));
        process.StandardOutput.Close();
        await process.WaitForExitAsync(Cancellation).WaitAsync(s_patience, Cancellation);
        Assert.Equal(141, process.ExitCode);
    }

    private static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { Program },
        };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
