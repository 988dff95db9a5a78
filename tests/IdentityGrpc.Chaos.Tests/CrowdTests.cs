using IdentityGrpc.Chaos.Crowds;

namespace IdentityGrpc.Chaos.Tests;

/// <summary>What many callers, and poisoned batches, cost upstream.</summary>
public class CrowdTests(ChaosBed bed) : IClassFixture<ChaosBed>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FiftyCallers_TokenExpired_AreAnsweredForOneToken()
    {
        var crowd = await TokenCrowd.RunAsync(bed.Bed, Stop);

        Assert.Equal((50, 1L), (crowd.Right, crowd.Calls.Tokens));
        Assert.True(crowd.Holds);
    }

    // U1
    [Theory]
    [InlineData(false, true, 2)]
    [InlineData(true, true, 2)]
    [InlineData(true, false, 13)]
    public async Task Batch_OneWrongIdAnywhere_IsAnsweredWithinItsPrice(bool ofAnotherApp, bool named, long most)
    {
        var batches = await PoisonedBatches.RunAsync(bed.Bed, ofAnotherApp, named, most, Stop);

        Assert.Equal((50, 50), (batches.Batches, batches.Right));
        Assert.InRange(batches.Greatest, 2, most);
        Assert.True(batches.Holds);
    }
}
