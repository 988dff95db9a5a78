using System.Text.Json;
using CsvHelper;
using IdentityGrpc.Cli.Output;
using IdentityGrpc.Cli.Rpc;
using IdentityGrpc.V1;

namespace IdentityGrpc.Cli.Tests.Output;

public class RowWriterTests
{
    private static readonly Answer s_found = new(
        new() { OpenId = "ou_1", Status = UserStatus.Activated, Withheld = { new Withheld { IdType = IdType.UserId, MissingScopes = { "contact:user.employee_id:readonly" } } } },
        null,
        new() { Source = Source.Memory, AgeSeconds = 7 });

    private static readonly Answer s_passing = new(
        null, new() { Reason = UnresolvedReason.BudgetExhausted, Message = "Later.", Retryable = true, RetryAfter = new() { Seconds = 2, Nanos = 500_000_000 } }, null);

    [Fact]
    public async Task Csv_AwkwardKeys_AreReadBackAsTheyWere()
    {
        string[] keys = ["a,b", "say \"hi\"", " padded ", "", "李雷", "=1+1", "tab\there"];
        string text = await WriteAsync(OutputFormat.Csv, [.. keys.Select((key, index) => new LookupRow(index + 1, key, s_found))]);
        using var csv = CsvReader.FromText(text);
        var read = new List<string>();
        while (csv.Read()) read.Add(csv.GetString("contact"));
        Assert.Equal(keys, read);
    }

    [Fact]
    public async Task Csv_Answer_FillsItsColumns()
    {
        string text = await WriteAsync(OutputFormat.Csv, new(2, "a@b", s_found), new(3, "c", s_passing));
        Assert.Equal(
            """
            line,contact,open_id,union_id,user_id,status,withheld,reason,message,retryable,retry_after,missing_scopes,source,age_seconds
            2,a@b,ou_1,,,ACTIVATED,user_id,,,,,contact:user.employee_id:readonly,MEMORY,7
            3,c,,,,,,BUDGET_EXHAUSTED,Later.,true,2.5s,,,

            """,
            text);
    }

    [Fact]
    public async Task Json_Answer_HasEveryColumnInEveryLine()
    {
        string text = await WriteAsync(OutputFormat.Json, new(2, "李@b", s_found), new(3, "c", s_passing));
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            """{"line":2,"contact":"李@b","open_id":"ou_1","union_id":null,"user_id":null,"status":"ACTIVATED","withheld":["user_id"],"reason":null,"message":null,"retryable":null,"retry_after":null,"missing_scopes":["contact:user.employee_id:readonly"],"source":"MEMORY","age_seconds":7}""",
            lines[0]);
        using var second = JsonDocument.Parse(lines[1]);
        Assert.Equal(LookupRow.Columns("contact").Select(column => column.Name), second.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.True(second.RootElement.GetProperty("retryable").GetBoolean());
        Assert.Equal("2.5s", second.RootElement.GetProperty("retry_after").GetString());
    }

    [Fact]
    public async Task Table_FewRows_ABorderAroundThem()
    {
        string text = await WriteAsync(OutputFormat.Table, new(2, "a@b", s_found), new(3, "c", s_passing));
        Assert.StartsWith("╭", text, StringComparison.Ordinal);
        Assert.Contains("withheld: user_id", text, StringComparison.Ordinal);
        Assert.Contains("BUDGET_EXHAUSTED", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Table_ManyRows_PlainAlignedLines()
    {
        LookupRow[] rows = [.. Enumerable.Range(1, 1000).Select(number => new LookupRow(number, number % 2 == 0 ? $"{number}@b" : $"李{number}", s_found))];
        string[] lines = (await WriteAsync(OutputFormat.Table, rows)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(1001, lines.Length);
        Assert.Equal(["line", "contact", "open_id", "outcome", "source"], lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        // 李 takes two cells and one character, so its lines are one character ahead.
        Assert.All(lines.Skip(1), (line, index) => Assert.Equal(lines[0].IndexOf("open_id", StringComparison.Ordinal) - ((index + 1) % 2), line.IndexOf("ou_1", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Table_WiderThanTheTerminal_PlainLinesWithEveryIdWhole()
    {
        string text = await WriteToAsync(isTerminal: true, OutputFormat.Table, new LookupRow(1, new string('a', 300), s_found));
        Assert.DoesNotContain("╭", text, StringComparison.Ordinal);
        Assert.Contains(new string('a', 300) + "  ou_1 ", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(300)]
    public async Task Table_ControlCharacters_DoNotReachTheTerminal(int rows)
    {
        string text = await WriteAsync(OutputFormat.Table, [.. Enumerable.Repeat(new LookupRow(1, "\u001b[2Jevil\r\u0007[red]", s_found), rows)]);
        Assert.DoesNotContain(text, character => char.IsControl(character) && character != '\n');
        Assert.Contains("evil\uFFFD\uFFFD[red]", text, StringComparison.Ordinal);
    }

    private static Task<string> WriteAsync(OutputFormat format, params LookupRow[] rows) => WriteToAsync(isTerminal: false, format, rows);

    private static async Task<string> WriteToAsync(bool isTerminal, OutputFormat format, params LookupRow[] rows)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var surroundings = new Surroundings
        {
            Output = output,
            Error = TextWriter.Null,
            OpenInput = () => Stream.Null,
            OutputIsTerminal = isTerminal,
            Variable = _ => null,
            Time = TimeProvider.System,
            Random = new Random(1),
        };
        var writer = RowWriters.Create(format, surroundings, LookupRow.Columns("contact"), LookupRow.TableColumns("contact", ["open_id"], withLine: true), row => row.Outcome);
        foreach (var row in rows) writer.Write(row);
        await writer.FinishAsync(TestContext.Current.CancellationToken);
        return output.ToString();
    }
}
