using IdentityGrpc.Core.Caching;

namespace IdentityGrpc.Core.Tests.Caching;

public class BoundedMapTests
{
    [Fact]
    public void Store_BeyondCapacity_StaysBounded()
    {
        var map = new BoundedMap<int, string>(100);
        for (int i = 0; i < 10_000; i++) map.Store(i, "v", (_, _) => false);
        Assert.Equal(100, map.Count);
    }

    [Fact]
    public void Store_WhenFull_KeepsWhatIsReadAndPutsOutWhatIsNot()
    {
        var map = new BoundedMap<int, string>(64);
        map.Store(0, "hot", (_, _) => false);
        for (int i = 1; i < 5_000; i++)
        {
            Assert.Equal("hot", map.Find(0));
            map.Store(i, "cold", (_, _) => false);
        }
    }

    [Fact]
    public void Store_UnderAnExistingKey_AsksWhichToKeep()
    {
        var map = new BoundedMap<int, string>(10);
        map.Store(1, "first", (_, _) => false);
        map.Store(1, "second", (_, _) => true);
        Assert.Equal("first", map.Find(1));
        map.Store(1, "third", (_, _) => false);
        Assert.Equal("third", map.Find(1));
    }

    [Fact]
    public void HammeredFromManyThreads_NeverMixesKeysAndStaysBounded()
    {
        var map = new BoundedMap<int, string>(500);
        Parallel.For(0, 8, thread =>
        {
            var random = new Random(thread);
            for (int i = 0; i < 50_000; i++)
            {
                int key = random.Next(2_000);
                if (random.Next(2) == 0) map.Store(key, key.ToString(System.Globalization.CultureInfo.InvariantCulture), (_, _) => false);
                else if (map.Find(key) is { } value) Assert.Equal(key.ToString(System.Globalization.CultureInfo.InvariantCulture), value);
            }
        });
        Assert.True(map.Count <= 500);
    }
}
