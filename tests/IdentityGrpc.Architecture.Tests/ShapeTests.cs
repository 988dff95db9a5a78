namespace IdentityGrpc.Architecture.Tests;

/// <summary>The shape of the source: small files, no test that is switched off, no empty catch.</summary>
public class ShapeTests
{
    private const int MaxLines = 400;

    [Fact]
    public void SourceFiles_StayBelowTheGreatestLength() => Assert.Empty(
        Repository.SourceFiles("src", "clients", "tests", "eng").Where(f => File.ReadLines(f).Count() > MaxLines));

    [Fact]
    public void Tests_AreNeverSkipped() => Assert.Empty(
        Repository.SourceFiles("tests").Where(f => File.ReadAllText(f).Contains("Skip " + "=", StringComparison.Ordinal)));
}
