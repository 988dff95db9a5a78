using Google.Rpc;
using Grpc.Core;
using IdentityGrpc.Cli.Tests.Support;
using IdentityGrpc.V1;

namespace IdentityGrpc.Cli.Tests.Commands;

public class LookupCommandTests
{
    [Fact]
    public async Task Resolve_AllOptions_StandInTheRequest()
    {
        await using var server = await ScriptedServer.StartAsync();
        ResolveByContactRequest? seen = null;
        Metadata? headers = null;
        DateTime deadline = default;
        server.Resolve = (request, context) =>
        {
            (seen, headers, deadline) = (request, context.RequestHeaders, context.Deadline);
            return Task.FromResult(ScriptedServer.AnswerAll(request));
        };
        var run = await IdctlRun.OfAsync(
            "resolve", "a@b", "+4179", "--server", server.Url, "--app", "payroll", "--tenant", "t1", "--id-types", "user_id,open_id", "--status", "--include-resigned",
            "--max-age", "5m", "--cached-only", "--allow-stale", "--priority", "bulk", "--timeout", "1h");
        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal(
            new ResolveByContactRequest
            {
                App = "payroll",
                TenantKey = "t1",
                Contacts = { new Contact { Email = "a@b" }, new Contact { Mobile = "+4179" } },
                IdTypes = { IdType.UserId, IdType.OpenId },
                IncludeStatus = true,
                IncludeResigned = true,
                Freshness = new() { MaxAge = new() { Seconds = 300 }, CachedOnly = true, AllowStale = true },
            },
            seen);
        Assert.Equal("bulk", headers!.GetValue("x-identity-priority"));
        Assert.InRange(deadline - TimeProvider.System.GetUtcNow().UtcDateTime, TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(60));
    }

    [Fact]
    public async Task Convert_AllOptions_StandInTheRequest()
    {
        await using var server = await ScriptedServer.StartAsync();
        ConvertIdRequest? seen = null;
        server.Convert = (request, _) =>
        {
            seen = request;
            return Task.FromResult(new ConvertIdResponse { Conversions = { request.Ids.Select(_ => new Conversion { Identity = new() }) } });
        };
        var setting = new IdctlSetting { Input = "id\non_1\n", Variables = new Dictionary<string, string> { ["IDCTL_SERVER"] = server.Url, ["IDCTL_APP"] = "hr" } };
        var run = await IdctlRun.OfAsync(setting, "convert", "--file", "-", "--from", "union_id", "--target-app", "payroll", "--max-age", "0");
        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal(
            new ConvertIdRequest { App = "hr", Ids = { "on_1" }, SourceIdType = IdType.UnionId, TargetApp = "payroll", Freshness = new() { MaxAge = new() } },
            seen);
    }

    [Fact]
    public async Task Resolve_ContactThatLooksLikeAFileOfArguments_IsAContact()
    {
        await using var server = await ScriptedServer.StartAsync();
        var run = await IdctlRun.OfAsync("resolve", "@arguments", "--server", server.Url, "--output", "csv");
        Assert.StartsWith("1,@arguments,ou_@arguments,", run.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resolve_LargeFile_EveryLineInOrderInChunksOfAThousand()
    {
        await using var server = await ScriptedServer.StartAsync();
        int[] sizes = [];
        server.Resolve = (request, _) =>
        {
            lock (server) sizes = [.. sizes, request.Contacts.Count];
            return Task.FromResult(ScriptedServer.AnswerAll(request));
        };
        string input = string.Concat(Enumerable.Range(1, 50_500).Select(number => $"{number}@ex.test\n"));
        var run = await IdctlRun.OfAsync(new IdctlSetting { Input = input }, "resolve", "-f", "-", "-o", "csv", "--server", server.Url);
        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal(Enumerable.Range(1, 50_500).Select(number => $"{number},{number}@ex.test,ou_{number}@ex.test"), run.Lines.Skip(1).Select(line => string.Join(',', line.Split(',')[..3])));
        Assert.Equal([500, .. Enumerable.Repeat(1000, 50)], sizes.Order());
        Assert.Equal("50,500 keys, 50,500 with an identity\n", run.Error);
    }

    [Fact]
    public async Task Resolve_CallFails_StatusAndDetailsOnStandardError()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Resolve = (_, _) => throw Details.Failure(
            StatusCode.InvalidArgument,
            "Two fields are wrong.",
            new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = "app", Description = "Must be set.\u001b[2J" } } },
            new ErrorInfo { Type = "INVALID_ARGUMENT", Domain = "identity.v1", Metadata = { ["limit"] = "10000" } });
        var run = await IdctlRun.OfAsync("resolve", "a@b", "--server", server.Url);
        Assert.Equal(ExitCode.CallFailed, run.Code);
        Assert.Equal(
            "idctl: INVALID_ARGUMENT: Two fields are wrong.\n  app: Must be set.\uFFFD[2J\n  reason: INVALID_ARGUMENT (identity.v1)\n  limit: 10000\n",
            run.Error);
    }

    [Fact]
    public async Task Resolve_FewerAnswersThanKeys_IsAFailureAndNotAShift()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Resolve = (_, _) => Task.FromResult(new ResolveByContactResponse { Resolutions = { new Resolution { Identity = new() } } });
        var run = await IdctlRun.OfAsync("resolve", "a@b", "c@d", "--server", server.Url, "-o", "json");
        Assert.Equal(ExitCode.CallFailed, run.Code);
        Assert.Empty(run.Output);
        Assert.Equal("idctl: the server gave 1 answers to 2 keys\n", run.Error);
    }

    [Fact]
    public async Task Resolve_FileIsWrongHalfway_LinesBeforeAreAnswered()
    {
        await using var server = await ScriptedServer.StartAsync();
        string input = "contact,kind\n" + string.Concat(Enumerable.Repeat("a@b,\n", 1500)) + "c,fax\n";
        var run = await IdctlRun.OfAsync(new IdctlSetting { Input = input }, "resolve", "-f", "-", "-o", "csv", "--server", server.Url);
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Equal("idctl: standard input:1502: the kind is neither email nor mobile nor empty\n", run.Error);
        Assert.Equal(1501, run.Lines.Count);
    }

    [Fact]
    public async Task Resolve_Interrupted_EndsWith130()
    {
        await using var server = await ScriptedServer.StartAsync();
        using var interrupt = new CancellationTokenSource();
        var ended = new TaskCompletionSource();
        server.Resolve = async (_, context) =>
        {
            context.CancellationToken.Register(ended.SetResult);
            await interrupt.CancelAsync();
            await ended.Task;
            return new();
        };
        var run = await IdctlRun.OfAsync(new IdctlSetting { Cancellation = interrupt.Token }, "resolve", "a@b", "--server", server.Url);
        Assert.Equal(ExitCode.Interrupted, run.Code);
        Assert.Equal("idctl: interrupted\n", run.Error);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Resolve_DeadlinePasses_IsAFailedCall()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Resolve = async (_, context) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
            return new();
        };
        var run = await IdctlRun.OfAsync("resolve", "a@b", "--server", server.Url, "--timeout", "300ms");
        Assert.Equal(ExitCode.CallFailed, run.Code);
        Assert.StartsWith("idctl: DEADLINE_EXCEEDED", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Broken pipe", 32, ExitCode.OutputClosed, "")]
    [InlineData("No space left on device", 28, ExitCode.CallFailed, "idctl: No space left on device\n")]
    internal async Task Resolve_OutputCannotBeWritten_IsToldUnlessTheReaderHasGone(string problem, int number, ExitCode code, string said)
    {
        await using var server = await ScriptedServer.StartAsync();
        using var unwritable = new Unwritable(new IOException(problem, number));
        var run = await IdctlRun.OfAsync(new IdctlSetting { Output = unwritable }, "resolve", "a@b", "--server", server.Url, "-o", "json");
        Assert.Equal(code, run.Code);
        Assert.Equal(said, run.Error);
    }

    [Fact]
    public async Task Resolve_TerminalForErrorsOnly_ShowsProgress()
    {
        await using var server = await ScriptedServer.StartAsync();
        string file = Path.GetTempFileName();
        await File.WriteAllLinesAsync(file, Enumerable.Range(1, 3000).Select(number => $"{number}@ex.test"), TestContext.Current.CancellationToken);
        var run = await IdctlRun.OfAsync(new IdctlSetting { ErrorIsTerminal = true }, "resolve", "-f", file, "-o", "csv", "--server", server.Url);
        File.Delete(file);
        Assert.Equal(3001, run.Lines.Count);
        Assert.Contains("3,000/3,000 keys", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("1", false)]
    public async Task Resolve_Terminal_ColoursUnlessToldNotTo(string? noColor, bool coloured)
    {
        await using var server = await ScriptedServer.StartAsync();
        var variables = noColor is null ? [] : new Dictionary<string, string> { ["NO_COLOR"] = noColor };
        var run = await IdctlRun.OfAsync(new IdctlSetting { OutputIsTerminal = true, Variables = variables }, "resolve", "a@b", "--server", server.Url);
        Assert.Equal(coloured, run.Output.Contains("\u001b[32m", StringComparison.Ordinal));
    }

    private sealed class Unwritable(IOException problem) : StringWriter
    {
        public override void Write(char value) => throw problem;

        public override void Write(string? value) => throw problem;
    }
}
