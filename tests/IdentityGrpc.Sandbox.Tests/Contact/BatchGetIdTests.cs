using System.Text.Json;

namespace IdentityGrpc.Sandbox.Tests.Contact;

public sealed class BatchGetIdTests(SharedSandbox shared) : IClassFixture<SharedSandbox>
{
    private readonly RunningSandbox sandbox = shared.Sandbox;

    [Fact]
    public async Task BatchGetId_EveryContact_IsTheTruth()
    {
        foreach (var chunk in sandbox.Main.Chunk(50))
        {
            var emails = chunk.Where(user => user.Email is not null).ToArray();
            var mobiles = chunk.Where(user => user.Mobile is not null).ToArray();
            var rows = Rows(await sandbox.BatchGetIdAsync(
                new { emails = emails.Select(user => user.Email), mobiles = mobiles.Select(user => user.Mobile), include_resigned = true }));
            Assert.Equal(emails.Concat(mobiles).Select(user => user.OpenId("default")), rows.Select(Id));
        }
    }

    [Fact]
    public async Task BatchGetId_Rows_EchoTheirKeyEmailsFirst()
    {
        var user = sandbox.Someone;
        var rows = Rows(await sandbox.BatchGetIdAsync(new { emails = new[] { "nobody@sandbox.example", user.Email }, mobiles = new[] { user.Mobile, "13000000000" } }));
        Assert.Equal(["nobody@sandbox.example", user.Email, null, null], rows.Select(row => Text(row, "email")));
        Assert.Equal([null, null, user.Mobile, "13000000000"], rows.Select(row => Text(row, "mobile")));
    }

    [Fact]
    public async Task R25_BatchGetId_UnknownContact_IsARowWithoutId()
    {
        var answer = (await sandbox.BatchGetIdAsync(new { emails = new[] { "nobody@sandbox.example", "not an address", "" }, mobiles = new[] { "+41000", "x" } })).Ok();
        Assert.All(Rows(answer), row => Assert.Null(Id(row)));
        Assert.Equal(5, Rows(answer).Count);
    }

    [Fact]
    public async Task R26_BatchGetId_EnterpriseEmail_NeverResolves()
    {
        var people = sandbox.Main.Where(user => user.EnterpriseEmail is not null).Take(50).ToList();
        Assert.NotEmpty(people);
        Assert.All(people, user => Assert.NotEqual(user.Email, user.EnterpriseEmail));
        var rows = Rows(await sandbox.BatchGetIdAsync(new { emails = people.Select(user => user.EnterpriseEmail) }));
        Assert.All(rows, row => Assert.Null(Id(row)));
    }

    [Fact]
    public async Task R27_BatchGetId_Resigned_ResolvesWithTheFlagOnly()
    {
        var resigned = sandbox.Main.First(user => user.IsResigned && user.Email is not null);
        Assert.Null(Id(Rows(await sandbox.BatchGetIdAsync(new { emails = new[] { resigned.Email } })).Single()));
        var row = Rows(await sandbox.BatchGetIdAsync(new { emails = new[] { resigned.Email }, include_resigned = true })).Single();
        Assert.Equal(resigned.OpenId("default"), Id(row));
        Assert.True(row.GetProperty("status").GetProperty("is_resigned").GetBoolean());
    }

    [Fact]
    public async Task R29_BatchGetId_OutOfContactScope_IsARowWithoutId()
    {
        var rows = Rows(await sandbox.BatchGetIdAsync(new { mobiles = sandbox.Main.Where(user => user.Mobile is not null).Take(50).Select(user => user.Mobile) }, appName: "narrow"));
        Assert.Contains(rows, row => Id(row) is null);
    }

    [Theory]
    [InlineData("open_id")]
    [InlineData("union_id")]
    [InlineData("user_id")]
    public async Task R30_BatchGetId_AnyIdType_StandsInUserId(string type)
    {
        var user = sandbox.Someone;
        var row = Rows(await sandbox.BatchGetIdAsync(new { emails = new[] { user.Email } }, "?user_id_type=" + type)).Single();
        Assert.Equal(type switch { "open_id" => user.OpenId("default"), "union_id" => user.UnionId("sandbox"), _ => user.UserId }, Id(row));
    }

    [Fact]
    public async Task U9_R20_BatchGetId_UserIdWithoutItsScope_IsARowWithoutId()
    {
        var rows = Rows(await sandbox.BatchGetIdAsync(
            new { mobiles = sandbox.Main.Where(user => user.Mobile is not null).Take(50).Select(user => user.Mobile) }, "?user_id_type=user_id", "narrow"));
        Assert.All(rows, row => Assert.Null(Id(row)));
    }

    [Fact]
    public async Task U11_BatchGetId_CaseAndBareMainlandMobiles_ResolveAndEchoAsSent()
    {
        var user = sandbox.Main.First(user => user.Email is not null && user.Mobile?.StartsWith("+86", StringComparison.Ordinal) == true && !user.IsResigned);
        var (email, mobile) = (user.Email!.ToUpperInvariant(), user.Mobile![3..]);
        var rows = Rows(await sandbox.BatchGetIdAsync(new { emails = new[] { email }, mobiles = new[] { mobile } }));
        Assert.All(rows, row => Assert.Equal(user.OpenId("default"), Id(row)));
        Assert.Equal((email, mobile), (Text(rows[0], "email"), Text(rows[1], "mobile")));
    }

    [Fact]
    public async Task U11_BatchGetId_BareForeignMobile_IsUnknown()
    {
        var user = sandbox.Main.First(user => user.Mobile?.StartsWith("+86", StringComparison.Ordinal) == false && !user.IsResigned);
        var rows = Rows(await sandbox.BatchGetIdAsync(new { mobiles = new[] { user.Mobile![1..], user.Mobile } }));
        Assert.Equal([null, user.OpenId("default")], rows.Select(Id));
    }

    [Fact]
    public async Task U12_BatchGetId_Duplicates_AreOneRowEach() =>
        Assert.Equal(3, Rows(await sandbox.BatchGetIdAsync(new { emails = Enumerable.Repeat(sandbox.Someone.Email, 3) })).Count);

    [Theory]
    [InlineData("emails")]
    [InlineData("mobiles")]
    public async Task U5_BatchGetId_MoreThanFifty_Is99992402(string list)
    {
        var answer = await sandbox.BatchGetIdAsync(new Dictionary<string, string[]> { [list] = [.. Enumerable.Repeat("x", 51)] });
        answer.Is(400, 99992402);
        var violation = answer.Json.GetProperty("error").GetProperty("field_violations")[0];
        Assert.Equal((list, "the max len is 50"), (violation.GetProperty("field").GetString(), violation.GetProperty("description").GetString()));
    }

    [Fact]
    public async Task BatchGetId_FiftyOfEach_IsOneCall() =>
        Assert.Equal(100, Rows(await sandbox.BatchGetIdAsync(new { emails = Enumerable.Repeat("a@b.c", 50), mobiles = Enumerable.Repeat("+1", 50) })).Count);

    [Fact]
    public async Task BatchGetId_NoInput_IsSuccessWithoutList() =>
        Assert.False((await sandbox.BatchGetIdAsync(new { })).Ok().Data.TryGetProperty("user_list", out _));

    [Theory]
    [InlineData("{\"emails\":\"a@b.c\"}")]
    [InlineData("{\"emails\":[")]
    [InlineData("[]")]
    public async Task BatchGetId_MalformedBody_Is99992402(string body) => (await sandbox.BatchGetIdAsync(body)).Is(400, 99992402);

    [Fact]
    public async Task R1_R6_BatchGetId_PersonOfTwoTenants_IsThisTenantsUser()
    {
        var twins = sandbox.Users.Where(user => user.Mobile is not null).GroupBy(user => user.Mobile).First(people => people.Count() == 2).ToList();
        var here = twins.Single(user => user.Tenant == sandbox.MainTenant);
        var there = twins.Single(user => user.Tenant != sandbox.MainTenant);
        Assert.Equal(here.OpenId("default"), Id(Rows(await sandbox.BatchGetIdAsync(new { mobiles = new[] { here.Mobile } })).Single()));
        Assert.NotEqual(here.UserId, there.UserId);
        Assert.NotEqual(here.UnionId("isv"), there.UnionId("isv"));
        Assert.NotEqual(here.OpenId("store"), there.OpenId("store"));
    }

    private static List<JsonElement> Rows(Answer answer) => [.. answer.Ok().Data.GetProperty("user_list").EnumerateArray()];

    private static string? Id(JsonElement row) => Text(row, "user_id");

    private static string? Text(JsonElement row, string name) => row.TryGetProperty(name, out var value) ? value.GetString() : null;
}
