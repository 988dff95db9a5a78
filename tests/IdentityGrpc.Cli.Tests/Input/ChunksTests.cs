using IdentityGrpc.Cli.Input;

namespace IdentityGrpc.Cli.Tests.Input;

public class ChunksTests
{
    [Fact]
    public async Task Pack_ManyKeys_AtMostAThousandACallInTheirOrder()
    {
        var chunks = await PackAsync(Enumerable.Range(1, 2500).Select(number => $"{number}"));
        Assert.Equal([1000, 1000, 500], chunks.Select(chunk => chunk.Count));
        Assert.Equal(Enumerable.Range(1, 2500).Select(number => $"{number}"), chunks.SelectMany(chunk => chunk).Select(line => line.Text));
    }

    [Fact]
    public async Task Pack_LongKeys_StayBelowTheMessageLimit()
    {
        string longKey = new('字', 60_000);
        var chunks = await PackAsync(Enumerable.Repeat(longKey, 40));
        Assert.All(chunks, chunk => Assert.InRange(chunk.Sum(line => line.Text.Length), 1, Chunks.MaxCharacters));
        Assert.Equal(40, chunks.Sum(chunk => chunk.Count));
    }

    private static async Task<List<IReadOnlyList<InputLine<string>>>> PackAsync(IEnumerable<string> keys)
    {
        var lines = keys.Select((key, index) => new InputLine<string>(index + 1, key, key)).ToAsyncEnumerable();
        return await Chunks.PackAsync(lines, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
    }
}
