using Grpc.Core;
using IdentityGrpc.Cli.Tests.Support;
using IdentityGrpc.V1;

namespace IdentityGrpc.Cli.Tests.Commands;

/// <summary><c>idctl watch</c>.</summary>
public sealed class WatchCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("idctl-watch-");

    private string Cursors => Path.Combine(_folder.FullName, "watch.cursor");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("table", "USER_UPDATED  ou_1  on_1  old new  od-a", "GAP  everybody")]
    [InlineData("csv", "known_at,occurred_at,kind,open_ids,union_ids,user_ids,department_ids,concerns_everybody", ",,USER_UPDATED,ou_1,on_1,old new,od-a,false", ",,GAP,,,,,true")]
    [InlineData("json",
        """{"known_at":null,"occurred_at":null,"kind":"USER_UPDATED","open_ids":["ou_1"],"union_ids":["on_1"],"user_ids":["old","new"],"department_ids":["od-a"],"concerns_everybody":false}""",
        """{"known_at":null,"occurred_at":null,"kind":"GAP","open_ids":[],"union_ids":[],"user_ids":[],"department_ids":[],"concerns_everybody":true}""")]
    public async Task Watch_ChangeAndGap_AreALineEach(string format, params string[] lines)
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Watch = async (_, stream) =>
        {
            await stream.WriteAsync(new() { Cursor = "c0" });
            await stream.WriteAsync(new() { Cursor = "c1", Change = Change() });
            await stream.WriteAsync(new() { Cursor = "c2", Gap = new() });
        };
        var run = await IdctlRun.OfAsync("watch", "-o", format, "--server", server.Url);
        Assert.Equal(lines, run.Lines);
        // A watch that ends is a watch that broke.
        Assert.Equal(ExitCode.CallFailed, run.Code);
    }

    [Fact]
    public async Task Watch_ThatBreaks_GoesOnByItsCursorAndRemembersIt()
    {
        await using var server = await ScriptedServer.StartAsync();
        var seen = new List<string>();
        server.Watch = async (request, stream) =>
        {
            seen.Add(request.Cursor);
            if (seen.Count > 1) throw new RpcException(new Status(StatusCode.PermissionDenied, "Enough."));
            await stream.WriteAsync(new() { Cursor = "c1", Change = Change() });
            throw new RpcException(new Status(StatusCode.Unavailable, "The service is stopping."));
        };
        var run = await IdctlRun.OfAsync("watch", "-o", "csv", "--resume", Cursors, "--server", server.Url);
        Assert.Equal(ExitCode.CallFailed, run.Code);
        Assert.Equal(["", "c1"], seen);
        Assert.Equal("c1\n", await File.ReadAllTextAsync(Cursors, TestContext.Current.CancellationToken));
        Assert.Equal(2, run.Lines.Count);

        await IdctlRun.OfAsync("watch", "--resume", Cursors, "--server", server.Url);
        Assert.Equal("c1", seen[^1]);
    }

    private static IdentityChange Change() => new()
    {
        Kind = ChangeKind.UserUpdated,
        OpenIds = { "ou_1" },
        UnionIds = { "on_1" },
        UserIds = { "old", "new" },
        DepartmentIds = { "od-a" },
    };
}
