namespace IdentityGrpc.Core.Tests.Members;

/// <summary>A directory that changes under the walk never breaks it, and with distinct never repeats a person.</summary>
public class ChangingDirectoryTests
{
    // What the page shows of them tells nothing of where they were sent: they have left that department.
    [Fact]
    public async Task PersonWhoGoesToALaterDepartment_ComesOnce()
    {
        using var rig = new WalkRig(MemberWalkTests.Company());
        rig.Company.Before = (c, _) =>
        {
            if (c is { Kind: "members", Id: "od-d", PageToken: not null }) rig.Company.Move("a1", "od-d");
            return Task.CompletedTask;
        };
        rig.Company.Person("z", "od-d");
        rig.Company.Move("a1", "od-a");
        var walked = await rig.ReadAsync(WalkRig.Root(batchSize: 1));
        walked.AssertComplete();
        Assert.Single(walked.Members, "ou_a1");
    }

    [Fact]
    public async Task DepartmentsWithheld_ComeOnceWithinAStream()
    {
        var company = new ScriptedCompany { HidesDepartments = true }.Department("od-a").Department("od-b").Person("dual", "od-a", "od-b").Person("b", "od-b");
        using var rig = new WalkRig(company);
        var walked = await rig.ReadAsync();
        Assert.Equal(["ou_dual", "ou_b"], walked.Members);
        Assert.False(walked.Last.After.MayRepeat);
    }

    [Fact]
    public async Task MemoryUsedUp_SaysThatPeopleMayRepeat()
    {
        using var rig = new WalkRig(MemberWalkTests.Company(), new() { RememberedPeople = 0 });
        var walked = await rig.ReadAsync();
        Assert.True(walked.Last.After.MayRepeat);
        Assert.Equal(9, walked.Members.Distinct().Count());
    }

    // Random moves, new and deleted departments, page by page: the walk ends, nobody comes twice, and who did not move comes.
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(15)]
    public async Task RandomChanges_RepeatNobodyAndMissOnlyWhoMoves(int seed)
    {
        var random = new Random(seed);
        var company = new ScriptedCompany { PageSize = 3 };
        for (int d = 0; d < 20; d++) company.Department($"od-{d:D2}", d < 5 ? "0" : $"od-{random.Next(5):D2}");
        for (int p = 0; p < 200; p++) company.Person($"{p:D3}", Home(), p % 10 == 0 ? Home() : "0");
        var moved = new HashSet<string>();
        var gate = new Lock();
        using var rig = new WalkRig(company);
        rig.Company.Before = (c, _) =>
        {
            lock (gate)
            {
                int who = random.Next(200);
                if (random.Next(3) == 0 && moved.Count < 100)
                {
                    company.Move($"{who:D3}", Home());
                    moved.Add($"ou_{who:D3}");
                }
                if (random.Next(10) == 0) company.Department($"od-n{random.Next(100)}");
            }
            return Task.CompletedTask;
        };
        var walked = await rig.ReadAsync(WalkRig.Root(batchSize: 7));
        Assert.Null(walked.Last.Broken);
        Assert.Equal(walked.Members.Count, walked.Members.Distinct().Count());
        Assert.Empty(company.People.Except(walked.Members).Except(moved));

        string Home() => $"od-{random.Next(20):D2}";
    }
}
