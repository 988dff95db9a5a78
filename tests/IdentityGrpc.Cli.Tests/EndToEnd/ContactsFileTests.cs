using IdentityGrpc.Cli.Tests.Support;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Cli.Tests.EndToEnd;

/// <summary>tests/data/contacts.csv through the real program, the real service and the sandbox, line by line against the sandbox's truth.</summary>
public class ContactsFileTests(LiveService live)
{
    private static readonly string s_file = Path.Combine(AppContext.BaseDirectory, "data", "contacts.csv");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Resolve_EveryLine_IsAnsweredOnceInOrderByTheTruth(bool includeResigned)
    {
        var asked = Csv.Read(await File.ReadAllTextAsync(s_file, TestContext.Current.CancellationToken), skipEmptyLines: false);
        Assert.InRange(asked.Count, 500, int.MaxValue);
        var run = await IdctlRun.OfAsync(["resolve", "--file", s_file, "--status", "-o", "csv", "--server", live.Url, .. includeResigned ? ["--include-resigned"] : Array.Empty<string>()]);
        Assert.Equal(ExitCode.Incomplete, run.Code);
        var answers = Csv.Read(run.Output);
        Assert.Equal(asked.Count, answers.Count);
        for (int i = 0; i < asked.Count; i++)
        {
            Assert.Equal($"{i + 2}", answers[i]["line"]);
            Assert.Equal(asked[i]["contact"], answers[i]["contact"]);
            Assert.Equal(Expected(asked[i], includeResigned), Actual(answers[i]));
        }
    }

    [Theory]
    [InlineData("email", 100)]
    [InlineData("mobile", 100)]
    [InlineData("email in upper case", 10)]
    [InlineData("padded email", 10)]
    [InlineData("bare mobile", 10)]
    [InlineData("mobile with separators", 10)]
    [InlineData("enterprise email", 10)]
    [InlineData("resigned", 10)]
    [InlineData("duplicate", 10)]
    [InlineData("other tenant", 10)]
    [InlineData("unknown", 5)]
    [InlineData("unknown in another script", 5)]
    [InlineData("malformed", 20)]
    [InlineData("empty", 4)]
    [InlineData("", 2)]
    [InlineData("300 characters", 5)]
    public async Task File_EveryCase_IsThere(string name, int least)
    {
        var lines = Csv.Read(await File.ReadAllTextAsync(s_file, TestContext.Current.CancellationToken), skipEmptyLines: false);
        Assert.InRange(lines.Count(line => line["case"] == name), least, int.MaxValue);
    }

    /// <summary>What the line's case says of the outcome, and the truth of the ids.</summary>
    private string Expected(Dictionary<string, string> line, bool includeResigned) => line["case"] switch
    {
        "" or "empty" or "malformed" or "300 characters" => "INVALID_INPUT",
        "unknown" or "unknown in another script" or "other tenant" or "enterprise email" => NobodyIs(line["contact"]),
        "resigned" when !includeResigned => "NOT_FOUND_OR_NOT_VISIBLE",
        _ => Of(live.Truth.Find(line["contact"]) ?? throw new InvalidOperationException($"{line["contact"]} stands for nobody: make the file anew (tests/data/README.md)")),
    };

    private string NobodyIs(string contact) => live.Truth.Find(contact) is null ? "NOT_FOUND_OR_NOT_VISIBLE" : throw new InvalidOperationException($"{contact} is somebody's");

    private static string Of(TrueUser person) => $"{person.IdsFor("default")} {person.Status.ToUpperInvariant()}";

    private static string Actual(Dictionary<string, string> answer)
    {
        if (answer["reason"].Length == 0) return $"{answer.Ids()} {answer["status"]}";
        Assert.Equal(("", "", ""), answer.Ids());
        Assert.NotEmpty(answer["message"]);
        return answer["reason"];
    }
}
