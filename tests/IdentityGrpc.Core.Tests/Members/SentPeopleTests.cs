using IdentityGrpc.Core.Members;

namespace IdentityGrpc.Core.Tests.Members;

public class SentPeopleTests
{
    private const int People = 100_000;

    [Fact]
    public void Add_EverybodyIsNewOnceAndKnownThereafter()
    {
        using var sent = new SentPeople(new(People));
        ulong[] people = Some(People);
        Assert.All(people, p => Assert.True(sent.Add(p)));
        Assert.All(people, p => Assert.False(sent.Add(p)));
        Assert.False(sent.HasForgotten);
    }

    [Fact]
    public void Add_TakesTwelveBytesAPersonAndGivesThemBack()
    {
        var memory = new SentPeopleMemory(People);
        var sent = new SentPeople(memory);
        foreach (ulong person in Some(People)) sent.Add(person);
        int places = 0;
        while (memory.TryTake(1)) places++;
        Assert.InRange((People * 3 / 2) - places, People * 9 / 8, People * 12 / 8);
        sent.Dispose();
        Assert.True(memory.TryTake((People * 3 / 2) - places));
    }

    // Whoever is not remembered comes again at worst: nobody is taken for another.
    [Fact]
    public void Add_WithoutMemory_SaysSoAndHoldsNobodyBack()
    {
        using var sent = new SentPeople(new(People / 10));
        ulong[] people = Some(People);
        Assert.All(people, p => Assert.True(sent.Add(p)));
        Assert.True(sent.HasForgotten);
    }

    private static ulong[] Some(int count) => [.. Enumerable.Range(0, count).Select(i => PersonHash.Of($"ou_{i:x32}"))];
}
