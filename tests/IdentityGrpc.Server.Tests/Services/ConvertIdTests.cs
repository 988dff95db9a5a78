using IdentityGrpc.Server.Tests.Fixtures;
using IdentityGrpc.Testing;
using IdentityGrpc.V1;

namespace IdentityGrpc.Server.Tests.Services;

/// <summary>Conversion of every person's ids over gRPC and HTTP, against the sandbox's truth.</summary>
public class ConvertIdTests(SharedServer server)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ConvertId_EveryIdOfEverybodyMixedInOneRequest_GivesAllIdsOfThatPerson()
    {
        string[] ids = [.. server.Staff.SelectMany(u => new[] { u.OpenIds["default"], u.UnionIds[server.Provider], u.UserId })];
        var answers = await ConvertAsync(new() { App = "default", Ids = { ids } });
        Assert.Equal([.. server.Staff.SelectMany(u => Enumerable.Repeat(Expected(u), 3))], answers.Select(a => a.Identity));
    }

    [Theory]
    [InlineData(IdType.OpenId)]
    [InlineData(IdType.UnionId)]
    [InlineData(IdType.UserId)]
    public async Task ConvertId_OneKindWanted_GivesThatKindAlone(IdType wanted)
    {
        var answers = await ConvertAsync(new() { App = "default", Ids = { server.Staff.Select(u => u.UserId) }, IdTypes = { wanted } });
        Assert.Equal([.. server.Staff.Select(u => Only(Expected(u), wanted))], answers.Select(a => a.Identity));
    }

    // R3
    [Fact]
    public async Task ConvertId_OpenIdOfAStranger_IsCrossAppAndItsNeighboursKeepTheirs()
    {
        var (good, foreign) = (server.Staff.Take(60).ToList(), server.Staff.Skip(60).Take(60).ToList());
        string[] ids = [.. good.Zip(foreign, (g, f) => new[] { g.OpenIds["default"], f.OpenIds["stranger"] }).SelectMany(pair => pair)];
        var answers = await ConvertAsync(new() { App = "default", Ids = { ids } });
        Assert.Equal([.. good.Select(Expected)], answers.Where((_, i) => i % 2 == 0).Select(a => a.Identity));
        Assert.All(answers.Where((_, i) => i % 2 == 1), a => Assert.Equal(UnresolvedReason.CrossAppId, a.Unresolved?.Reason));
    }

    [Fact]
    public async Task ConvertId_ForTheSibling_GivesItsOpenIds()
    {
        string[] ids = [.. server.Staff.SelectMany(u => new[] { u.OpenIds["default"], u.UnionIds[server.Provider], u.UserId })];
        var answers = await ConvertAsync(new() { App = "default", TargetApp = "sibling", Ids = { ids } });
        Assert.Equal([.. server.Staff.SelectMany(u => Enumerable.Repeat(Expected(u, "sibling"), 3))], answers.Select(a => a.Identity));
    }

    // Apps of different providers are never joined, and the platform is not asked.
    [Fact]
    public async Task ConvertId_ForAStranger_IsCrossAppWithoutACall()
    {
        long before = await CallsOfAsync("stranger");
        var answers = await ConvertAsync(new() { App = "default", TargetApp = "stranger", Ids = { server.Staff.Take(60).Select(u => u.OpenIds["default"]) } });
        Assert.All(answers, a => Assert.Equal(UnresolvedReason.CrossAppId, a.Unresolved?.Reason));
        Assert.Equal(before, await CallsOfAsync("stranger"));
    }

    [Fact]
    public async Task ConvertId_ByANarrowApp_WithholdsTheUserIdAndHidesPeopleOutOfScope()
    {
        var visible = server.Apps["narrow"].ContactScope.DepartmentIds.SelectMany(server.Subtree).ToHashSet();
        var answers = await ConvertAsync(new() { App = "narrow", Ids = { server.Staff.Select(u => u.OpenIds["narrow"]) } });
        Assert.Contains(server.Staff, u => u.DepartmentIds.Any(visible.Contains));
        Assert.Contains(server.Staff, u => !u.DepartmentIds.Any(visible.Contains));
        foreach (var (user, answer) in server.Staff.Zip(answers))
        {
            if (!user.DepartmentIds.Any(visible.Contains))
            {
                Assert.Equal(UnresolvedReason.NotFoundOrNotVisible, answer.Unresolved?.Reason);
                continue;
            }
            var expected = Expected(user, "narrow");
            expected.UserId = "";
            expected.Withheld.Add(new Withheld { IdType = IdType.UserId, MissingScopes = { "contact:user.employee_id:readonly" } });
            Assert.Equal(expected, answer.Identity);
        }
    }

    // R27, R28
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ConvertId_OfTheResigned_FindsThemOnRequestOnly(bool include)
    {
        var resigned = server.Users.Where(u => u.IsResigned).ToList();
        Assert.NotEmpty(resigned);
        string[] ids = [.. resigned.SelectMany(u => new[] { u.OpenIds["default"], u.UnionIds[server.Provider] })];
        var answers = await ConvertAsync(new() { App = "default", Ids = { ids }, IncludeResigned = include, IncludeStatus = true });
        var expected = resigned.SelectMany(u => Enumerable.Repeat(Expected(u), 2)).ToList();
        foreach (var (person, answer) in expected.Zip(answers))
        {
            person.Status = UserStatus.Resigned;
            if (include) Assert.Equal(person, answer.Identity);
            else Assert.Equal(UnresolvedReason.NotFoundOrNotVisible, answer.Unresolved?.Reason);
        }
    }

    [Fact]
    public async Task ConvertId_WithStatus_TellsEachPersonsOwn()
    {
        var answers = await ConvertAsync(new() { App = "default", Ids = { server.Staff.Select(u => u.OpenIds["default"]) }, IncludeStatus = true });
        Assert.Equal([.. server.Staff.Select(u => Enum.Parse<UserStatus>(u.Status, ignoreCase: true))], answers.Select(a => a.Identity.Status));
        Assert.True(answers.Select(a => a.Identity.Status).Distinct().Count() > 2);
    }

    [Fact]
    public async Task ConvertId_BadKeysAmongGoodOnes_AreTheirOwnTroubleOnly()
    {
        string[] bad = ["", "   ", new('x', 65), "two words", "ou_00000000000000000000000000000000", "on_00000000000000000000000000000000", "nobody-here"];
        var good = server.Staff.Take(bad.Length).ToList();
        var answers = await ConvertAsync(new() { App = "default", Ids = { good.Zip(bad, (g, b) => new[] { g.OpenIds["default"], b }).SelectMany(pair => pair) } });
        Assert.Equal([.. good.Select(Expected)], answers.Where((_, i) => i % 2 == 0).Select(a => a.Identity));
        Assert.Equal([.. Enumerable.Repeat(UnresolvedReason.InvalidInput, 4), .. Enumerable.Repeat(UnresolvedReason.NotFoundOrNotVisible, 3)],
            answers.Where((_, i) => i % 2 == 1).Select(a => a.Unresolved.Reason));
    }

    private async Task<IReadOnlyList<Conversion>> ConvertAsync(ConvertIdRequest request)
    {
        var response = await server.Identity.ConvertIdAsync(request, cancellationToken: Stop);
        Assert.Equal(request.Ids.Count, response.Conversions.Count);
        return response.Conversions;
    }

    private async Task<long> CallsOfAsync(string app) => (await server.Running.Truth.CallsAsync(Stop)).Where(c => c.App == app).Sum(c => c.Calls);

    private Identity Expected(TrueUser user) => Expected(user, "default");

    private Identity Expected(TrueUser user, string app) => new() { OpenId = user.OpenIds[app], UnionId = user.UnionIds[server.Provider], UserId = user.UserId };

    private static Identity Only(Identity all, IdType type) => type switch
    {
        IdType.OpenId => new() { OpenId = all.OpenId },
        IdType.UnionId => new() { UnionId = all.UnionId },
        _ => new() { UserId = all.UserId },
    };
}
