using IdentityGrpc.Cli.Tests.Support;

namespace IdentityGrpc.Cli.Tests.EndToEnd;

public class ConvertTests(LiveService live)
{
    [Fact]
    public async Task Convert_EverybodyInMixedKinds_GivesAllThreeIds()
    {
        // Every person by each of their ids, the kinds next to each other in one request.
        var asked = live.Truth.Present.SelectMany(person => new[] { person.OpenIds["default"], person.UnionIds["sandbox"], person.UserId }, (person, id) => (person, id)).ToList();
        var run = await ConvertAsync(asked.Select(pair => pair.id));
        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal(
            asked.Select(pair => (pair.id, pair.person.IdsFor("default"))),
            Csv.Read(run.Output).Select(row => (row["id"], row.Ids())));
    }

    [Fact]
    public async Task Convert_OpenIdOfAnotherProvidersApp_IsCrossAppAndItsNeighboursAreAnswered()
    {
        var people = live.Truth.Present.Take(3).ToList();
        var run = await ConvertAsync([people[0].OpenIds["default"], people[1].OpenIds["stranger"], people[2].UserId]);
        Assert.Equal(ExitCode.Incomplete, run.Code);
        var rows = Csv.Read(run.Output);
        Assert.Equal(people[0].IdsFor("default"), rows[0].Ids());
        Assert.Equal(("", "", ""), rows[1].Ids());
        Assert.Equal("CROSS_APP_ID", rows[1]["reason"]);
        Assert.Equal(people[2].IdsFor("default"), rows[2].Ids());
    }

    [Fact]
    public async Task Convert_TargetAppOfTheSameProvider_GivesItsOpenIds()
    {
        var people = live.Truth.Present.Take(60).ToList();
        var run = await ConvertAsync(people.Select(person => person.OpenIds["default"]), "--target-app", "sibling");
        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal(people.Select(person => person.IdsFor("sibling")), Csv.Read(run.Output).Select(row => row.Ids()));
    }

    [Fact]
    public async Task Convert_NothingCachedIsAskedFor_IsNotCached()
    {
        var run = await IdctlRun.OfAsync("convert", "nobody-has-this-id", "--cached-only", "-o", "csv", "--server", live.Url);
        Assert.Equal(ExitCode.Incomplete, run.Code);
        Assert.Equal("NOT_CACHED", Csv.Read(run.Output).Single()["reason"]);
    }

    private Task<IdctlRun> ConvertAsync(IEnumerable<string> ids, params string[] options) =>
        IdctlRun.OfAsync(new IdctlSetting { Input = string.Join('\n', ids) }, ["convert", "--file", "-", "-o", "csv", "--server", live.Url, .. options]);
}
