using IdentityGrpc.Core.Members;

namespace IdentityGrpc.Core.Tests.Members;

public class ResumedWalkTests
{
    private static readonly string[] s_departments = ["0", "od-a", "od-b", "od-c", "od-d", "od-e"];

    // Every batch's position, in every combination of flags, with departments that fail on the way.
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task Resume_AtEveryBatch_GoesOnWithTheNext(bool distinct, bool fails)
    {
        var request = WalkRig.Root(distinct, batchSize: 1);
        using var rig = new WalkRig(Company());
        FailAsTheFirstTime(rig.Company, fails);
        var whole = await rig.ReadAsync(request);
        whole.AssertComplete();
        Assert.Equal(distinct ? rig.Company.People.Count : rig.Company.Memberships, whole.Members.Count);
        if (distinct) Assert.Equal(whole.Members.Count, whole.Members.Distinct().Count());
        for (int i = 0; i < whole.Batches.Count; i++)
        {
            rig.Company.Fails = _ => null;
            var rest = await rig.ReadAsync(request, whole.Batches[i].After);
            var union = whole.Batches.Take(i + 1).SelectMany(b => b.Members).Concat(rest.Members);
            Assert.Equal(whole.Members.Order(), union.Order());
            Assert.Equal((whole.Last.After.DepartmentsDone, whole.Last.After.Sent), (rest.Last.After.DepartmentsDone, rest.Last.After.Sent));
            rest.AssertComplete();
        }
    }

    // Killed at random places, each time resumed by another replica that knows nothing of the walk.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Resume_TenTimesOnOtherReplicas_SendsEverybodyOnce(int seed)
    {
        var random = new Random(seed);
        var company = Company();
        var request = WalkRig.Root(batchSize: 2);
        var position = WalkPosition.Start;
        var received = new List<string>();
        for (int life = 0; life <= 10; life++)
        {
            using var rig = new WalkRig(company);
            int batches = life == 10 ? int.MaxValue : random.Next(0, 4);
            await foreach (var batch in rig.WalkAsync(request, position))
            {
                if (batches-- == 0) break;
                received.AddRange(batch.Members);
                position = batch.After;
            }
        }
        Assert.Equal(WalkPhase.End, position.Phase);
        Assert.Equal(company.People.Order(), received.Order());
        Assert.True(position.MayRepeat);
    }

    [Fact]
    public async Task Resume_AtTheEnd_AsksThePlatformNothing()
    {
        using var rig = new WalkRig(Company());
        var whole = await rig.ReadAsync();
        int calls = rig.Company.Calls.Count;
        var again = await rig.ReadAsync(from: whole.Last.After);
        Assert.True(again.Last.IsLast);
        Assert.Empty(again.Members);
        Assert.Equal(calls, rig.Company.Calls.Count);
    }

    // The page_token has expired: the department is read again, and goes on after the last person passed.
    [Fact]
    public async Task Resume_WithAnExpiredPageToken_FindsItsPlaceAgain()
    {
        using var rig = new WalkRig(Company());
        var request = WalkRig.Root(batchSize: 1);
        var whole = await rig.ReadAsync(request);
        for (int i = 0; i < whole.Batches.Count; i++)
        {
            var expired = new HashSet<string>(whole.Batches[i].After.At.PageToken is { } token ? [token] : []);
            rig.Company.Fails = call => call.PageToken is { } asked && expired.Remove(asked) ? BadToken : null;
            var rest = await rig.ReadAsync(request, whole.Batches[i].After);
            Assert.Equal(whole.Batches.Skip(i + 1).SelectMany(b => b.Members), rest.Members);
        }
    }

    // The last person passed has left the department meanwhile: the rows passed are counted.
    [Fact]
    public async Task Resume_AfterSomebodyWhoLeft_GoesOn()
    {
        using var rig = new WalkRig(new ScriptedCompany { PageSize = 10 }.Department("od-a").Person("1", "od-a").Person("2", "od-a").Person("3", "od-a").Person("4", "od-a"));
        var request = WalkRig.Root(batchSize: 2);
        var first = (await rig.ReadAsync(request)).Batches.First(b => b.Members.Count == 2);
        rig.Company.Move("1", "0");
        var rest = await rig.ReadAsync(request, first.After);
        Assert.Equal(["ou_3", "ou_4"], rest.Members);
    }

    // Departments that come and go between two parts of a walk do not break it.
    [Fact]
    public async Task Resume_InADepartmentThatIsGone_NamesItAndGoesOn()
    {
        using var rig = new WalkRig(Company());
        var request = WalkRig.Root(batchSize: 1);
        var whole = await rig.ReadAsync(request);
        var inB = whole.Batches.First(b => b.After.At.Department == "od-b");
        rig.Company.Remove("od-b");
        var rest = await rig.ReadAsync(request, inB.After);
        Assert.Contains(rest.Skipped, s => s is { Kind: SkippedKind.Department, Id: "od-b", Failure.Code: 99992357 });
        Assert.Superset(whole.Members.Where(m => m.StartsWith("ou_d", StringComparison.Ordinal)).ToHashSet(), rest.Members.ToHashSet());
    }

    internal static Core.Directory.Failure BadToken { get; } = new(Core.Directory.FailureReason.UpstreamUnavailable, "page token is invalid error") { Code = 40012 };

    // Five of each, one in seven in two departments more.
    private static ScriptedCompany Company()
    {
        var company = new ScriptedCompany { PageSize = 2 };
        foreach (string department in s_departments.Skip(1)) company.Department(department, department == "od-e" ? "od-a" : "0");
        for (int i = 0; i < 30; i++)
        {
            string home = s_departments[i % s_departments.Length];
            company.Person($"{home[^1]}{i:D2}", i % 12 != 5 ? [home] : [home, "0", "od-b"]);
        }
        return company;
    }

    private static void FailAsTheFirstTime(ScriptedCompany company, bool fails)
    {
        var left = new Dictionary<(string, string?), int> { [("od-a", null)] = 1, [("od-b", "after:ou_b08")] = 1, [("od-d", null)] = 1 };
        company.Fails = call => fails && call.Kind == "members" && left.TryGetValue((call.Id, call.PageToken), out int times) && times > 0
            ? Fail(left, (call.Id, call.PageToken)) : null;
    }

    private static Core.Directory.Failure Fail(Dictionary<(string, string?), int> left, (string, string?) key)
    {
        left[key]--;
        return ScriptedCompany.Outage;
    }
}
