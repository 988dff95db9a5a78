using IdentityGrpc.Cli.Tests.Support;

namespace IdentityGrpc.Cli.Tests.Commands;

public class UsageTests
{
    [Theory]
    [InlineData("idctl: Required command was not provided.")]
    [InlineData("idctl: CONTACT or --file is needed.", "resolve")]
    [InlineData("idctl: CONTACT and --file cannot both be given.", "resolve", "a@b", "--file", "x")]
    [InlineData("idctl: --id-types: 'open' is not one of open_id, union_id, user_id.", "resolve", "a@b", "--id-types", "open_id,open")]
    [InlineData("idctl: --from: 'unspecified' is not one of open_id, union_id, user_id.", "convert", "x", "--from", "unspecified")]
    [InlineData("idctl: --output: 'xml' is not one of table, csv, json.", "resolve", "a@b", "--output", "xml")]
    [InlineData("idctl: --priority: 'high' is not one of interactive, bulk.", "members", "0", "--priority", "high")]
    [InlineData("idctl: --max-age: '5' is not a duration such as 500ms, 30s, 5m, 1h or 1d, or 0.", "resolve", "a@b", "--max-age", "5")]
    [InlineData("idctl: --timeout: '0' is not a duration such as 500ms, 30s, 5m, 1h or 1d above 0.", "resolve", "a@b", "--timeout", "0")]
    [InlineData("idctl: --server: 'localhost' is not a URL such as http://127.0.0.1:50051.", "resolve", "a@b", "--server", "localhost")]
    [InlineData("idctl: --batch-size: 'many' is not a whole number.", "members", "0", "--batch-size", "many")]
    [InlineData("idctl: there is no option --colour; after -- it is taken as CONTACT", "resolve", "a@b", "--colour", "-o", "csv")]
    [InlineData("idctl: Unrecognized command or argument '--colour'.", "members", "0", "--colour")]
    public async Task Run_WrongUsage_SaysWhatIsWrong(string message, params string[] arguments)
    {
        var run = await IdctlRun.OfAsync(arguments);
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Equal(message, run.Error.Split('\n')[0]);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Run_ServerOfTheEnvironmentIsWrong_IsUsage()
    {
        var setting = new IdctlSetting { Variables = new Dictionary<string, string> { ["IDCTL_SERVER"] = "nonsense" } };
        Assert.Equal(ExitCode.Usage, (await IdctlRun.OfAsync(setting, "resolve", "a@b")).Code);
    }

    [Fact]
    public async Task Run_FileIsNotThere_IsUsage()
    {
        var run = await IdctlRun.OfAsync("resolve", "--file", "/nowhere/contacts.csv");
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("/nowhere/contacts.csv", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("resolve")]
    [InlineData("convert")]
    [InlineData("members")]
    public async Task Help_AnyCommand_NamesEveryExitCode(params string[] command)
    {
        var run = await IdctlRun.OfAsync([.. command, "--help"]);
        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.All(Enum.GetValues<ExitCode>(), code => Assert.Contains($"\n  {(int)code} ", run.Output, StringComparison.Ordinal));
    }
}
