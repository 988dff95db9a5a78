using IdentityGrpc.Core.Batching;

namespace IdentityGrpc.Core.Tests.Batching;

public class PlacesTests
{
    [Theory]
    [InlineData(new[] { 1, 2, 3 }, new[] { 0, 1, 2 })] // as asked
    [InlineData(new[] { 3, 1, 2 }, new[] { 2, 0, 1 })] // turned
    [InlineData(new[] { 2, 3 }, new[] { 1, 2 })] // the first left out
    [InlineData(new[] { 1, 1, 2 }, new[] { 0, 0, 1 })] // twice the same
    [InlineData(new[] { 1, 9, 2 }, new[] { 0, -1, 1 })] // a stranger among them
    [InlineData(new[] { 1, 2, 3, 1, 9 }, new[] { 0, 1, 2, 0, -1 })] // more than was asked for
    [InlineData(new int[0], new int[0])]
    public void Of_RowsInAnyOrder_LeadToTheirKeys(int[] rows, int[] expected)
    {
        var places = new Places<int>([1, 2, 3]);
        var found = new List<int>();
        foreach (int row in rows) found.Add(places.Of(row) ?? -1);
        Assert.Equal(expected, found);
    }

    [Fact]
    public void Of_NoKeys_FindsNone() => Assert.Null(new Places<int>([]).Of(1));
}
