using IdentityGrpc.Chaos.Staleness;

namespace IdentityGrpc.Chaos.Tests;

/// <summary>Whether answers are older than they may be, while people change and events come late, twice, out of turn or never (R14, R16).</summary>
public class StalenessTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Answers_PeopleChangeAllTheTime_WereTrueWhenTheyHadToBe(int replicas)
    {
        var result = await StalenessRun.RunAsync(new(Lookups: 50_000, Swallow: 0, Seed: 7) { Replicas = replicas }, Stop);

        Assert.Empty(result.Violations);
        Assert.True(result.Lookups >= 50_000 && result.Events is { Delivered: > 50, Swallowed: 0 }, $"{result.Lookups} lookups, {result.Events} events");
        Assert.True(result.Counts.Where(c => c.Key.StartsWith("Upstream", StringComparison.Ordinal) || c.Key.StartsWith("Budget", StringComparison.Ordinal)).Sum(c => c.Value) <= result.Lookups / 1_000);
    }

    [Fact]
    public async Task Answers_EventsClaimedAndNotGiven_AreFoundWrong()
    {
        var result = await StalenessRun.RunAsync(new(Lookups: 100_000, Swallow: 5, Seed: 7) { Replicas = 1, Post = new(Lost: 0, Twice: 0, MostDelay: TimeSpan.Zero) }, Stop);

        Assert.Equal(10, result.Events.Swallowed);
        Assert.NotEmpty(result.Violations);
    }
}
