using System.Globalization;
using System.Text;

namespace IdentityGrpc.Sandbox.Tests.Conformance;

/// <summary>
/// Replays the examples and error cases of the platform's reference against a listening sandbox, section by section.
/// <c>dotnet test --filter Conformance</c> prints the table.
/// </summary>
public sealed class ConformanceTests(ConformanceReport report) : IClassFixture<ConformanceReport>
{
    private static readonly Section[] Sections =
        [.. TokenSections.All, .. ContactSections.All, .. LoginSections.All, .. GatewaySections.All, .. EventSections.All];

    public static TheoryData<string> Numbers => [.. Sections.Select(section => section.Number)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task Section_ExamplesAndErrors_AreTheReferences(string number)
    {
        var section = Sections.Single(candidate => candidate.Number == number);
        List<string> failures = [];
        foreach (var example in section.Cases)
        {
            // Each case may change the sandbox as it likes.
            await using var sandbox = await RunningSandbox.StartAsync();
            try
            {
                await example.ReplayAsync(sandbox);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                failures.Add($"{example.Name}: {e.Message}");
            }
        }

        report.Add(section, section.Cases.Count - failures.Count, failures.Count);
        Assert.True(failures.Count == 0, string.Join(Environment.NewLine, failures));
    }
}

/// <summary>Prints how many cases of each section passed, when the last one is done.</summary>
public sealed class ConformanceReport : IDisposable
{
    private readonly List<(Section Section, int Passed, int Failed)> rows = [];

    public void Dispose()
    {
        var table = new StringBuilder().AppendLine("Conformance with the platform's reference").AppendLine(" section                                 passed  failed");
        foreach (var (section, passed, failed) in rows.OrderBy(row => row.Section.Number, StringComparer.Ordinal))
        {
            table.AppendLine(CultureInfo.InvariantCulture, $" {section.Number,-5} {section.Title,-32} {passed,6} {failed,7}");
        }

        table.Append(CultureInfo.InvariantCulture, $" all   {"",-32} {rows.Sum(row => row.Passed),6} {rows.Sum(row => row.Failed),7}");
        TestContext.Current.SendDiagnosticMessage(table.ToString());
    }

    internal void Add(Section section, int passed, int failed) => rows.Add((section, passed, failed));
}
