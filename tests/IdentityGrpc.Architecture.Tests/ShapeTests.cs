namespace IdentityGrpc.Architecture.Tests;

/// <summary>The shape of the source: small files, no test that is switched off.</summary>
public class ShapeTests
{
    private const int MaxLines = 400;

    [Fact]
    public void SourceFiles_StayBelowTheGreatestLength() =>
        Assert.All(Repository.SourceFiles("src", "clients", "tests", "eng"), f => Assert.InRange(File.ReadLines(f).Count(), 0, MaxLines));

    [Fact]
    public void Tests_AreNeverSkipped() =>
        Assert.All(Repository.SourceFiles("tests"), f => Assert.DoesNotContain("Skip " + "=", File.ReadAllText(f), StringComparison.Ordinal));
}
