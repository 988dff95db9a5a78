using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using IdentityGrpc.Cli.Rpc;
using IdentityGrpc.Cli.Tests.Support;
using IdentityGrpc.V1;

namespace IdentityGrpc.Cli.Tests.Rpc;

public class RetryTests
{
    private readonly InstantTime _time = new();

    [Fact]
    public async Task Resolve_UnavailableTwice_IsAskedAgain()
    {
        await using var server = await ScriptedServer.StartAsync();
        int calls = 0;
        server.Resolve = (request, _) => ++calls <= 2 ? throw new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "down")) : Task.FromResult(ScriptedServer.AnswerAll(request));
        var run = await RunAsync(server, "a@b");
        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal(3, calls);
        Assert.Equal(2, _time.Waits.Count);
    }

    [Fact]
    public async Task Resolve_RetryInfo_IsWaitedFor()
    {
        await using var server = await ScriptedServer.StartAsync();
        int calls = 0;
        server.Resolve = (request, _) => ++calls == 1
            ? throw Details.Failure(StatusCode.ResourceExhausted, "budget", new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromSeconds(20)) })
            : Task.FromResult(ScriptedServer.AnswerAll(request));
        Assert.Equal(ExitCode.Ok, (await RunAsync(server, "a@b")).Code);
        Assert.InRange(Assert.Single(_time.Waits), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(25));
    }

    [Fact]
    public async Task Resolve_RetryInfoFarAway_IsNotWaitedForButShown()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Resolve = (_, _) => throw Details.Failure(StatusCode.ResourceExhausted, "month", new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromHours(3)) });
        var run = await RunAsync(server, "a@b");
        Assert.Equal(ExitCode.CallFailed, run.Code);
        Assert.Equal("idctl: RESOURCE_EXHAUSTED: month\n  retry_after: 10800s\n", run.Error);
        Assert.Empty(_time.Waits);
    }

    [Fact]
    public async Task Resolve_ExhaustedWithoutRetryInfo_IsNotAskedAgain()
    {
        await using var server = await ScriptedServer.StartAsync();
        int calls = 0;
        server.Resolve = (_, _) => throw new RpcException(new Grpc.Core.Status(StatusCode.ResourceExhausted, $"too large, call {++calls}"));
        var run = await RunAsync(server, "a@b");
        Assert.Equal(ExitCode.CallFailed, run.Code);
        Assert.Equal("idctl: RESOURCE_EXHAUSTED: too large, call 1\n", run.Error);
    }

    [Fact]
    public async Task Resolve_UnavailableForEver_GivesUp()
    {
        await using var server = await ScriptedServer.StartAsync();
        int calls = 0;
        server.Resolve = (_, _) =>
        {
            calls++;
            throw new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "down"));
        };
        Assert.Equal(ExitCode.CallFailed, (await RunAsync(server, "a@b")).Code);
        Assert.Equal(RetryPolicy.MaxTries, calls);
    }

    [Fact]
    public async Task Resolve_SomeKeysPassing_OnlyTheyAreAskedAgain()
    {
        await using var server = await ScriptedServer.StartAsync();
        List<string[]> asked = [];
        server.Resolve = (request, _) =>
        {
            asked.Add([.. request.Contacts.Select(contact => contact.Email)]);
            var response = ScriptedServer.AnswerAll(request);
            if (asked.Count > 1) return Task.FromResult(response);
            response.Resolutions[1] = new() { Unresolved = new() { Reason = UnresolvedReason.BudgetExhausted, Retryable = true, RetryAfter = new() { Seconds = 3 } } };
            response.Resolutions[2] = new() { Unresolved = new() { Reason = UnresolvedReason.NotFoundOrNotVisible } };
            return Task.FromResult(response);
        };
        var run = await RunAsync(server, "a@x", "b@x", "c@x", "--output", "csv", "--id-types", "open_id");
        Assert.Equal(ExitCode.Incomplete, run.Code);
        Assert.Equal([["a@x", "b@x", "c@x"], ["b@x"]], asked);
        Assert.InRange(Assert.Single(_time.Waits), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4));
        Assert.Equal(["1,a@x,ou_a@x", "2,b@x,ou_b@x", "3,c@x,"], run.Lines.Skip(1).Select(line => string.Join(',', line.Split(',')[..3])));
    }

    [Fact]
    public async Task Resolve_KeysPassingAndThenTheCallFails_TheAnswersSoFarStand()
    {
        await using var server = await ScriptedServer.StartAsync();
        int calls = 0;
        server.Resolve = (request, _) =>
        {
            if (++calls > 1) throw new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "down"));
            var response = ScriptedServer.AnswerAll(request);
            response.Resolutions[1] = new() { Unresolved = new() { Reason = UnresolvedReason.UpstreamUnavailable, Retryable = true } };
            return Task.FromResult(response);
        };
        var run = await RunAsync(server, "a@x", "b@x", "--output", "csv");
        Assert.Equal(ExitCode.Incomplete, run.Code);
        Assert.Equal(RetryPolicy.MaxTries, calls);
        Assert.StartsWith("1,a@x,ou_a@x,", run.Lines[1], StringComparison.Ordinal);
        Assert.Contains("UPSTREAM_UNAVAILABLE", run.Lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resolve_NothingListens_IsSaidAtOnce()
    {
        var server = await ScriptedServer.StartAsync();
        string url = server.Url;
        await server.DisposeAsync();
        var run = await IdctlRun.OfAsync(new IdctlSetting { Time = _time }, "resolve", "a@b", "--server", url);
        Assert.Equal(ExitCode.Unreachable, run.Code);
        Assert.StartsWith("idctl: the server cannot be reached: ", run.Error, StringComparison.Ordinal);
        Assert.Empty(_time.Waits);
    }

    [Fact]
    public async Task Members_StreamBreaks_GoesOnAfterTheLastMessage()
    {
        await using var server = await ScriptedServer.StartAsync();
        List<string> cursors = [];
        server.Members = async (request, stream) =>
        {
            cursors.Add(request.Cursor);
            for (int number = request.Cursor.Length == 0 ? 1 : int.Parse(request.Cursor, null) + 1; number <= 4; number++)
            {
                await stream.WriteAsync(new()
                {
                    Members = { new Member { Identity = new() { OpenId = $"ou_{number}" } } },
                    Cursor = $"{number}",
                    Summary = number == 4 ? new() { Complete = true, Members = 4, Departments = 1 } : null,
                });
                if (number < 4) throw new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "down"));
            }
        };
        var run = await IdctlRun.OfAsync(new IdctlSetting { Time = _time }, "members", "0", "--output", "csv", "--server", server.Url);
        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal(["", "1", "2", "3"], cursors);
        Assert.Equal(["ou_1", "ou_2", "ou_3", "ou_4"], run.Lines.Skip(1).Select(line => line.Split(',')[0]));
    }

    private Task<IdctlRun> RunAsync(ScriptedServer server, params string[] arguments) =>
        IdctlRun.OfAsync(new IdctlSetting { Time = _time }, ["resolve", "--server", server.Url, .. arguments]);
}
