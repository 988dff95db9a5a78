using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Feishu.Tests.Platform;

/// <summary>The rules R1–R11 and R24 of the reference, over HTTP.</summary>
public sealed class IdentifierRulesTests(SharedSandboxBed shared) : IClassFixture<SharedSandboxBed>
{
    private readonly SandboxBed _bed = shared.Bed;

    [Fact]
    public async Task R1_R6_SamePersonInTwoTenants_HasUnrelatedIds()
    {
        await _bed.PushTicketAsync();
        var (one, two) = Twins();

        var first = await PersonAsync(one);
        var second = await PersonAsync(two);

        Assert.NotEqual(first.UserId, second.UserId);
        Assert.NotEqual(first.OpenId, second.OpenId);
        Assert.NotEqual(first.UnionId, second.UnionId);
        async Task<Person> PersonAsync(TrueUserOf user) => Assert.Single(SandboxBed.Value(await _bed.GetAsync(IdType.OpenId, _bed.Scope("store", user.Tenant), user.OpenId)));
    }

    [Fact]
    public async Task R2_TwoApps_GiveOnePersonTwoOpenIds()
    {
        string[] apps = ["default", "sibling", "stranger"];
        var ids = new List<string?>();
        foreach (string app in apps) ids.Add((await _bed.FindAsync(SandboxBed.Email(_bed.Someone.Email!), scope: _bed.Scope(app))).Id);

        Assert.Equal(apps.Select(app => _bed.Someone.OpenIds[app]), ids);
        Assert.Equal(3, ids.Distinct().Count());
        Assert.All(ids, id => Assert.StartsWith("ou_", id, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("sibling")]
    [InlineData("stranger")]
    public async Task R3_R24_OpenIdOfAnotherApp_IsCrossAppAndNeverAnAnswer(string other)
    {
        var batch = await _bed.GetAsync(IdType.OpenId, _bed.Scope(), _bed.Someone.OpenIds[other]);
        var single = await _bed.Directory.GetUserAsync(_bed.Scope(), IdType.OpenId, _bed.Someone.OpenIds[other], Wire.Bed.Call);

        Assert.Equal(FailureReason.CrossAppId, batch.Failure!.Reason);
        Assert.NotNull(batch.Failure.InvalidIds);
        Assert.Equal(FailureReason.CrossAppId, single.Failure!.Reason);
    }

    [Fact]
    public async Task R4_R5_R11_UnionId_IsTheProvidersOwn()
    {
        var contact = SandboxBed.Email(_bed.Someone.Email!);
        string? ours = (await _bed.FindAsync(contact, IdType.UnionId)).Id;

        Assert.Equal(ours, (await _bed.FindAsync(contact, IdType.UnionId, scope: _bed.Scope("sibling"))).Id);
        Assert.NotEqual(ours, (await _bed.FindAsync(contact, IdType.UnionId, scope: _bed.Scope("stranger"))).Id);
        Assert.Equal(_bed.Someone.UnionIds[_bed.Apps["default"].Provider], ours);
    }

    [Fact]
    public async Task R7_R8_R9_EveryIdOfEverybody_ConvertsToTheOthersAndBack()
    {
        var active = _bed.Main.Where(user => !user.IsResigned).ToList();
        string provider = _bed.Apps["default"].Provider;
        foreach (var (type, idOf) in new (IdType, Func<TrueUser, string>)[]
        {
            (IdType.OpenId, user => user.OpenIds["default"]), (IdType.UnionId, user => user.UnionIds[provider]), (IdType.UserId, user => user.UserId),
        })
        {
            var people = new List<Person>();
            foreach (var chunk in active.Chunk(50)) people.AddRange(SandboxBed.Value(await _bed.GetAsync(type, _bed.Scope(), [.. chunk.Select(idOf)])));

            Assert.Equal(active.Select(user => (user.OpenIds["default"], user.UnionIds[provider], user.UserId)).Order(),
                people.Select(person => (person.OpenId, person.UnionId!, person.UserId!)).Order());
        }
    }

    [Fact]
    public async Task R10_IdsOfAnotherTenant_AreNeverAnswered()
    {
        string second = _bed.Apps["store"].TenantKeys[1];
        var foreigner = _bed.Users[second].First(user => user is { IsResigned: false, Email: not null } && _bed.Main.All(own => own.Email != user.Email));

        var byOpenId = await _bed.GetAsync(IdType.OpenId, _bed.Scope(), foreigner.OpenIds["store"]);
        var byUnionId = await _bed.GetAsync(IdType.UnionId, _bed.Scope(), foreigner.UnionIds[_bed.Apps["store"].Provider]);
        var byUserId = await _bed.GetAsync(IdType.UserId, _bed.Scope(), foreigner.UserId);

        Assert.All([byOpenId, byUnionId, byUserId], outcome => Assert.False(outcome.Succeeded));
        Assert.Null((await _bed.FindAsync(SandboxBed.Email(foreigner.Email!))).Id);
    }

    private (TrueUserOf One, TrueUserOf Two) Twins()
    {
        string[] tenants = [.. _bed.Apps["store"].TenantKeys];
        var known = _bed.Users[tenants[0]].Where(user => user is { Mobile: not null, IsResigned: false }).ToDictionary(user => user.Mobile!);
        var second = _bed.Users[tenants[1]].First(user => user is { Mobile: not null, IsResigned: false } && known.ContainsKey(user.Mobile));
        return (new(tenants[0], known[second.Mobile!].OpenIds["store"]), new(tenants[1], second.OpenIds["store"]));
    }

    private sealed record TrueUserOf(string Tenant, string OpenId);
}
