using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Feishu.Tests.Platform;

/// <summary>The rules R25–R31 and R41 of the reference, over HTTP.</summary>
public sealed class LookupRulesTests(SharedSandboxBed shared) : IClassFixture<SharedSandboxBed>
{
    private readonly SandboxBed _bed = shared.Bed;

    [Theory]
    [InlineData(IdType.OpenId)]
    [InlineData(IdType.UnionId)]
    [InlineData(IdType.UserId)]
    public async Task R30_R31_R41_EveryContactOfEverybody_GivesTheIdOfTheKindAskedFor(IdType type)
    {
        var expected = new Dictionary<Contact, string?>();
        foreach (var user in _bed.Main)
        {
            string? id = user.IsResigned ? null : Id(user, type);
            if (user.Email is not null) expected[SandboxBed.Email(user.Email)] = id;
            if (user.Mobile is not null) expected[SandboxBed.Mobile(user.Mobile)] = id;
        }
        var emails = expected.Keys.Where(contact => contact.Kind == ContactKind.Email).Chunk(50).ToList();
        var mobiles = expected.Keys.Where(contact => contact.Kind == ContactKind.Mobile).Chunk(50).ToList();

        var found = new Dictionary<Contact, string?>();
        for (int i = 0; i < Math.Max(emails.Count, mobiles.Count); i++)
        {
            Contact[] contacts = [.. emails.ElementAtOrDefault(i) ?? [], .. mobiles.ElementAtOrDefault(i) ?? []];
            foreach (var row in SandboxBed.Value(await _bed.Directory.FindByContactAsync(_bed.Scope(), type, false, contacts, Wire.Bed.Call))) found.Add(row.Contact, row.Id);
        }

        Assert.Equal(expected.Count, found.Count);
        Assert.All(expected, pair => Assert.Equal(pair.Value, found[pair.Key]));
    }

    [Theory]
    [InlineData("nobody@sandbox.example")]
    [InlineData("very.unknown+tag@elsewhere.example")]
    public async Task R25_UnknownContact_IsARowWithoutAnId(string email) => Assert.Null((await _bed.FindAsync(SandboxBed.Email(email))).Id);

    [Fact]
    public async Task R26_EnterpriseEmail_NeverResolves()
    {
        var user = _bed.Main.First(user => user is { IsResigned: false, EnterpriseEmail: not null, Email: not null } && user.EnterpriseEmail != user.Email);

        Assert.Null((await _bed.FindAsync(SandboxBed.Email(user.EnterpriseEmail!))).Id);
        Assert.Equal(user.OpenIds["default"], (await _bed.FindAsync(SandboxBed.Email(user.Email!))).Id);
    }

    [Fact]
    public async Task R27_R28_Resigned_ResolveWithTheFlagAndAreReadSingly()
    {
        var contact = SandboxBed.Email(_bed.Resigned.Email!);
        Assert.Null((await _bed.FindAsync(contact)).Id);

        var row = await _bed.FindAsync(contact, includeResigned: true);
        var person = SandboxBed.Value(await _bed.Directory.GetUserAsync(_bed.Scope(), IdType.OpenId, row.Id!, Wire.Bed.Call));

        Assert.Equal((_bed.Resigned.OpenIds["default"], (UserStatus?)UserStatus.Resigned), (row.Id!, row.Status));
        Assert.Equal((_bed.Resigned.UserId, (UserStatus?)UserStatus.Resigned), (person.UserId, person.Status));
    }

    [Fact]
    public async Task U34_Resigned_SpoilABatchAndAreNamed()
    {
        var failure = (await _bed.GetAsync(IdType.OpenId, _bed.Scope(), _bed.Someone.OpenIds["default"], _bed.Resigned.OpenIds["default"])).Failure!;

        Assert.Equal([_bed.Resigned.OpenIds["default"]], failure.InvalidIds!);
    }

    [Theory]
    [InlineData(IdType.OpenId, 99992351)]
    [InlineData(IdType.UserId, 99992360)]
    [InlineData(IdType.UnionId, 99992364)]
    public async Task U1_U2_UnknownIds_SpoilTheBatchAndAreNamed(IdType type, int code)
    {
        string[] unknown = type switch
        {
            IdType.OpenId => ["ou_" + new string('0', 32), "ou_" + new string('1', 32)],
            IdType.UnionId => ["on_" + new string('0', 32), "on_" + new string('1', 32)],
            _ => ["no-such.id~", "x*y"],
        };

        var failure = (await _bed.GetAsync(type, _bed.Scope(), [unknown[0], Id(_bed.Someone, type), unknown[1]])).Failure!;

        Assert.Equal((FailureReason.NotFoundOrNotVisible, code), (failure.Reason, failure.Code));
        Assert.Equal(unknown, failure.InvalidIds!);
    }

    [Fact]
    public async Task U1_PlatformOmitsUnknownIds_TheOthersAreAnswered()
    {
        await using var bed = await SandboxBed.StartAsync(("Switches:U1", "omit"));

        var people = SandboxBed.Value(await bed.GetAsync(IdType.OpenId, bed.Scope(), "ou_" + new string('0', 32), bed.Someone.OpenIds["default"]));

        Assert.Equal(bed.Someone.OpenIds["default"], Assert.Single(people).OpenId);
    }

    private string Id(TrueUser user, IdType type) => type switch
    {
        IdType.OpenId => user.OpenIds["default"],
        IdType.UnionId => user.UnionIds[_bed.Apps["default"].Provider],
        _ => user.UserId,
    };
}
