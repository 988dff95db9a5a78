using IdentityGrpc.Cli.Tests.Support;

namespace IdentityGrpc.Cli.Tests.EndToEnd;

public class ResolveTests(LiveService live)
{
    [Fact]
    public async Task Resolve_Table_ShowsWhatWasAskedFor()
    {
        var person = live.Truth.Present.First(user => user.Email is not null);
        var run = await IdctlRun.OfAsync("resolve", person.Email!, "--id-types", "user_id", "--server", live.Url);
        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Contains(person.UserId, run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("ou_", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("table", "INVALID_INPUT: A mobile without + ")]
    [InlineData("csv", "")]
    public async Task Resolve_Malformed_WhatIsAllowedIsBelowTheTable(string format, string said)
    {
        var run = await IdctlRun.OfAsync("resolve", "12345", "54321", "-o", format, "--server", live.Url);
        Assert.Equal(ExitCode.Incomplete, run.Code);
        Assert.StartsWith(said, run.Error, StringComparison.Ordinal);
        Assert.Equal(said.Length == 0 ? 0 : 1, run.Error.Count(character => character == '\n'));
    }

    [Fact]
    public async Task Resolve_AppWithoutTheUserIdScope_SaysThatItIsWithheld()
    {
        var run = await IdctlRun.OfAsync(
            ["resolve", .. live.Truth.Present.Where(user => user.Email is not null).Select(user => user.Email!), "--app", "narrow", "-o", "csv", "--server", live.Url]);
        var rows = Csv.Read(run.Output);
        var seen = rows.Where(row => row["reason"].Length == 0).ToList();
        Assert.NotEmpty(seen);
        Assert.All(seen, row => Assert.Equal(("", "user_id", "contact:user.employee_id:readonly"), (row["user_id"], row["withheld"], row["missing_scopes"])));
        Assert.All(rows.Except(seen), row => Assert.Equal("NOT_FOUND_OR_NOT_VISIBLE", row["reason"]));
    }

    [Fact]
    public async Task Resolve_UnknownApp_FailsAndNamesTheField()
    {
        var run = await IdctlRun.OfAsync("resolve", "a@b.test", "--app", "nobody", "--server", live.Url);
        Assert.Equal(ExitCode.CallFailed, run.Code);
        Assert.StartsWith("idctl: NOT_FOUND: app: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resolve_MoreKeysThanOneCallTakes_AllAnswered()
    {
        string input = string.Concat(Enumerable.Range(0, 10_001).Select(number => $"{number}\n"));
        var run = await IdctlRun.OfAsync(new IdctlSetting { Input = input }, "resolve", "-f", "-", "-o", "csv", "--server", live.Url);
        Assert.Equal(ExitCode.Incomplete, run.Code);
        var rows = Csv.Read(run.Output);
        Assert.Equal(Enumerable.Range(0, 10_001).Select(number => $"{number}"), rows.Select(row => row["contact"]));
        Assert.All(rows, row => Assert.Equal("INVALID_INPUT", row["reason"]));
    }
}
