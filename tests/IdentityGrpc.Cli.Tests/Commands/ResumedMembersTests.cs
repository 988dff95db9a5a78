using Grpc.Core;
using IdentityGrpc.Cli.Tests.Support;
using IdentityGrpc.V1;

namespace IdentityGrpc.Cli.Tests.Commands;

/// <summary><c>idctl members --resume FILE</c>.</summary>
public sealed class ResumedMembersTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("idctl-resume-");

    private string Cursors => Path.Combine(_folder.FullName, "walk.cursor");

    public void Dispose() => _folder.Delete(recursive: true);

    // Two runs, of which the first breaks off: together they are the list, with one header.
    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    public async Task Resume_AfterARunThatFailed_GoesOnAfterItsLastRow(string format)
    {
        await using var server = await ScriptedServer.StartAsync();
        var seen = new List<string>();
        server.Members = async (request, stream) =>
        {
            seen.Add(request.Cursor);
            if (request.Cursor.Length == 0)
            {
                await stream.WriteAsync(Message("ou_1", "c1"));
                await stream.WriteAsync(Message("ou_2", "c2"));
                throw new RpcException(new Status(StatusCode.PermissionDenied, "A scope was taken away."));
            }
            await stream.WriteAsync(Message("ou_3", "c3", isLast: true));
        };
        string[] arguments = ["members", "0", "-o", format, "--resume", Cursors, "--server", server.Url];
        var first = await IdctlRun.OfAsync(arguments);
        Assert.Equal(ExitCode.CallFailed, first.Code);
        Assert.Equal("c2\n", await File.ReadAllTextAsync(Cursors, TestContext.Current.CancellationToken));

        var second = await IdctlRun.OfAsync(arguments);
        Assert.Equal(ExitCode.Ok, second.Code);
        Assert.Equal(["", "c2"], seen);
        string[] lines = [.. first.Lines, .. second.Lines];
        Assert.Equal(format == "csv" ? 4 : 3, lines.Length);
        Assert.Equal(["ou_1", "ou_2", "ou_3"], lines.Where(l => l.Contains("ou_", StringComparison.Ordinal)).Select(l => l[l.IndexOf("ou_", StringComparison.Ordinal)..][..4]));
        Assert.False(File.Exists(Cursors));
    }

    // The cursor is remembered when its rows have been handed over, not before.
    [Fact]
    public async Task Resume_OutputThatFails_RemembersNoRowsThatWereNotWritten()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Members = (_, stream) => stream.WriteAsync(Message("ou_1", "c1"));
        var run = await IdctlRun.OfAsync(new IdctlSetting { Output = new FailingWriter() }, "members", "0", "-o", "csv", "--resume", Cursors, "--server", server.Url);
        Assert.NotEqual(ExitCode.Ok, run.Code);
        Assert.False(File.Exists(Cursors));
    }

    [Fact]
    public async Task Resume_OfATable_IsWrongUsage()
    {
        var run = await IdctlRun.OfAsync("members", "0", "--resume", Cursors);
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("--resume", run.Error, StringComparison.Ordinal);
    }

    private static StreamDepartmentMembersResponse Message(string openId, string cursor, bool isLast = false) => new()
    {
        Members = { new Member { Identity = new() { OpenId = openId } } },
        Cursor = cursor,
        Progress = new() { DepartmentsKnown = 1, MembersSent = 1 },
        Summary = isLast ? new() { Complete = true } : null,
    };

    private sealed class FailingWriter : StringWriter
    {
        public override Task FlushAsync(CancellationToken cancellationToken) => throw new IOException("Broken pipe");

        public override Task FlushAsync() => throw new IOException("Broken pipe");

        public override void Flush() => throw new IOException("Broken pipe");
    }
}
