using IdentityGrpc.Cli.Tests.Support;
using IdentityGrpc.V1;

namespace IdentityGrpc.Cli.Tests.Commands;

public class MembersCommandTests
{
    [Fact]
    public async Task Members_AllOptions_StandInTheRequest()
    {
        await using var server = await ScriptedServer.StartAsync();
        StreamDepartmentMembersRequest? seen = null;
        server.Members = (request, stream) =>
        {
            seen = request;
            return stream.WriteAsync(new() { Summary = new() { Complete = true } });
        };
        var run = await IdctlRun.OfAsync(
            "members", "od-1", "--recursive", "--distinct", "--independent", "--profile", "--id-types", "open_id", "--batch-size", "7", "--server", server.Url);
        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal(
            new StreamDepartmentMembersRequest
            {
                App = "default",
                DepartmentId = "od-1",
                Recursive = true,
                Distinct = true,
                IncludeIndependentMembers = true,
                IncludeProfile = true,
                IdTypes = { IdType.OpenId },
                BatchSize = 7,
            },
            seen);
    }

    [Fact]
    public async Task Members_SomethingSkipped_IsNamedAndTheExitCodeSaysSo()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Members = (_, stream) => stream.WriteAsync(new()
        {
            Members = { new Member { Identity = new() { OpenId = "ou_1" }, DepartmentIds = { "od-1", "od-2" }, Profile = new() { Name = "李雷" } } },
            Summary = new()
            {
                Departments = 3,
                Members = 1,
                Skipped = { new Skipped { DepartmentId = "od-9", Reason = UnresolvedReason.NoPermission, Message = "Outside the contact scope." } },
            },
        });
        var run = await IdctlRun.OfAsync("members", "0", "--profile", "-o", "json", "--server", server.Url);
        Assert.Equal(ExitCode.Incomplete, run.Code);
        Assert.Equal("members: 1, departments: 3, not complete\n  skipped od-9: NO_PERMISSION: Outside the contact scope.\n", run.Error);
        Assert.Contains("\"department_ids\":[\"od-1\",\"od-2\"],\"name\":\"李雷\",\"en_name\":null", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Members_StreamEndsWithoutSummary_IsAFailure()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Members = (_, stream) => stream.WriteAsync(new() { Members = { new Member { Identity = new() { OpenId = "ou_1" } } } });
        var run = await IdctlRun.OfAsync("members", "0", "-o", "csv", "--server", server.Url);
        Assert.Equal(ExitCode.CallFailed, run.Code);
        Assert.Contains("without a summary", run.Error, StringComparison.Ordinal);
        Assert.StartsWith("ou_1,", run.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Members_TerminalForErrorsOnly_ShowsMembersAndDepartments()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Members = (_, stream) => stream.WriteAsync(new()
        {
            Progress = new() { DepartmentsKnown = 20, DepartmentsDone = 7, MembersSent = 120, MembersEstimated = 300 },
            Summary = new() { Complete = true },
        });
        var run = await IdctlRun.OfAsync(new IdctlSetting { ErrorIsTerminal = true }, "members", "0", "-o", "json", "--server", server.Url);
        Assert.Contains("120/300 members", run.Error, StringComparison.Ordinal);
        Assert.Contains("7/20 departments", run.Error, StringComparison.Ordinal);
    }
}
