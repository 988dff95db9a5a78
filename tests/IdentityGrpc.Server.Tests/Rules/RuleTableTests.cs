using System.Text.RegularExpressions;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Server.Tests.Rules;

/// <summary>Every rule has a test that is named by its number, and <c>docs/rules.md</c> tells no tales.</summary>
public partial class RuleTableTests
{
    private const int Rules = 41;

    private static readonly string s_docs = Checkout.PathOf("docs");
    private static readonly string[] s_lines = File.ReadAllLines(Path.Combine(s_docs, "rules.md"));

    /// <summary>All tests of the source tree, as <c>Class.Method</c>.</summary>
    private static readonly HashSet<string> s_tests =
    [
        .. Directory.EnumerateFiles(Checkout.PathOf("tests"), "*Tests.cs", SearchOption.AllDirectories)
            .SelectMany(file => Test().Matches(File.ReadAllText(file)).Select(m => $"{Path.GetFileNameWithoutExtension(file)}.{m.Groups[1].Value}")),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(1, Rules)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Rule_HasARowThatNamesTestsOfItsNumber(int rule)
    {
        string row = Assert.Single(s_lines, line => line.StartsWith($"| **R{rule}** ", StringComparison.Ordinal));
        string[] tests = [.. Name().Matches(row).Select(m => m.Groups[1].Value)];
        Assert.NotEmpty(tests);
        Assert.All(tests, name => Assert.Contains($"R{rule}", name.Split('.', '_')));
        Assert.Contains(tests, name => typeof(RuleTableTests).Assembly.GetType($"{typeof(RuleTableTests).Namespace}.{name.Split('.')[0]}") is not null);
    }

    [Fact]
    public void Table_NamesOnlyRulesAndTestsAndFilesThatExist()
    {
        Assert.Equal(Rules, s_lines.Count(line => line.StartsWith("| **R", StringComparison.Ordinal)));
        Assert.All(s_lines.SelectMany(line => Name().Matches(line)).Select(m => m.Groups[1].Value), name => Assert.Contains(name, s_tests));
        Assert.All(s_lines.SelectMany(line => Link().Matches(line)).Select(m => m.Groups[1].Value), link => Assert.True(File.Exists(Path.Combine(s_docs, link)), link));
    }

    [Fact]
    public void Table_NamesEverySwitch() => Assert.All(SwitchTests.Names, name => Assert.Single(s_lines, line => line.StartsWith($"| {name} |", StringComparison.Ordinal)));

    [GeneratedRegex(@"\[(?:Fact|Theory)\b[^{]*?\bpublic\s+(?:async\s+)?\w+\s+(\w+)\s*\(")]
    private static partial Regex Test();

    [GeneratedRegex(@"`(\w+Tests\.\w+)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"\]\((?!https?:)([^)]+)\)")]
    private static partial Regex Link();
}
