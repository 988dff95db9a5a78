using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace IdentityGrpc.Sandbox.Tests.Directory;

public sealed partial class TruthTests(SharedSandbox shared) : IClassFixture<SharedSandbox>
{
    private readonly RunningSandbox sandbox = shared.Sandbox;

    [Fact]
    public void Users_Default_AreTwoHundredOfEveryKind()
    {
        var main = sandbox.Main;
        Assert.Equal(200, sandbox.Users.Count);
        Assert.True(main.Count >= 170);
        Assert.Equal(["activated", "exited", "frozen", "resigned", "unjoined"], main.Select(user => user.Status).Distinct().Order());
        Assert.InRange(main.Count(user => user.IsResigned), main.Count / 25, main.Count / 16);
        Assert.Contains(main, user => user.Departments.Length > 1);
        Assert.Contains(main, user => user.Departments is ["0"]);
        Assert.Contains(main, user => user is { Email: null, Mobile: not null });
        Assert.Contains(main, user => user is { Email: not null, Mobile: null });
        Assert.DoesNotContain(main, user => user is { Email: null, Mobile: null });
        Assert.Contains(main, user => user.Mobile?.StartsWith("+86", StringComparison.Ordinal) == false);
        Assert.All(main.Where(user => user.IsResigned), user => Assert.Empty(user.Departments));
    }

    [Fact]
    public void Users_Ids_AreUniqueAndOfTheirShape()
    {
        Assert.All(sandbox.Main, user =>
        {
            Assert.Matches(OpenIdShape(), user.OpenId("default"));
            Assert.Matches(UnionIdShape(), user.UnionId("sandbox"));
            Assert.InRange(user.UserId.Length, 1, 64);
        });
        Assert.Equal(sandbox.Main.Count, sandbox.Main.Select(user => user.UserId).Distinct().Count());
        Assert.Equal(sandbox.Main.Count * 2, sandbox.Main.SelectMany(user => (string?[])[user.Email, user.Mobile]).Count(contact => contact is null)
            + sandbox.Main.SelectMany(user => (string?[])[user.Email, user.Mobile]).Where(contact => contact is not null).Distinct().Count());
        var ids = sandbox.Main.SelectMany(user => new[] { "default", "sibling", "stranger", "narrow", "store" }.Select(user.OpenId)).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public void Departments_Default_AreTwentyInTheMainTenant()
    {
        var main = sandbox.Departments.Where(department => department.Tenant == sandbox.MainTenant).ToList();
        Assert.Equal(20, main.Count);
        Assert.All(main, department =>
        {
            Assert.Matches(DepartmentShape(), department.OpenId);
            Assert.Matches(CustomDepartmentShape(), department.CustomId);
        });
    }

    [Fact]
    public void Apps_Default_AreTheFiveOfTheDesign()
    {
        var apps = sandbox.Apps;
        Assert.Equal(["default", "narrow", "sibling", "store", "stranger"], apps.Keys.Order());
        Assert.All(apps.Values, app => Assert.Matches(AppIdShape(), app.Id));
        Assert.Equal(apps["default"].Provider, apps["sibling"].Provider);
        Assert.NotEqual(apps["default"].Provider, apps["stranger"].Provider);
        Assert.DoesNotContain("contact:user.employee_id:readonly", apps["narrow"].Scopes);
        Assert.Equal(2, apps["store"].Tenants.Length);
    }

    [Fact]
    public async Task Seed_TheSameMakesTheSame_AnotherMakesOthers()
    {
        await using var same = await RunningSandbox.StartAsync();
        await using var other = await RunningSandbox.StartAsync(null, ("Seed", "2"));
        Assert.Equal(sandbox.Users.Select(user => user.Json.GetRawText()), same.Users.Select(user => user.Json.GetRawText()));
        Assert.Equal(sandbox.Apps["default"].Secret, same.Apps["default"].Secret);
        Assert.Empty(sandbox.Users.Select(user => user.UserId).Intersect(other.Users.Select(user => user.UserId).Where(id => id.Length == 8 && !id.Contains('_'))));
    }

    [Fact]
    public async Task Users_LimitAndOffset_CutTheSameList()
    {
        List<string> ids = [];
        for (var offset = 0; offset < 200; offset += 70)
        {
            var answer = await sandbox.GetAsync($"/sandbox/v1/users?limit=70&offset={offset}");
            Assert.Equal(200, answer.Json.GetProperty("total").GetInt32());
            ids.AddRange(answer.Json.GetProperty("users").EnumerateArray().Select(user => user.GetProperty("user_id").GetString()!));
        }

        Assert.Equal(sandbox.Users.Select(user => user.UserId), ids);
        Assert.Equal(400, (await sandbox.GetAsync("/sandbox/v1/users?limit=10001")).Status);
    }

    [Fact]
    public void Create_WrongSettings_AreNamedTogether()
    {
        var section = new ConfigurationBuilder().AddInMemoryCollection([new("S:Listen", "nowhere"), new("S:Users", "1"), new("S:Peopel", "5"), new("S:Switches:U1", "maybe")]).Build().GetSection("S");
        var failures = Assert.Throws<OptionsValidationException>(() => SandboxApplication.Create(section)).Failures.ToList();
        Assert.Equal(4, failures.Count);
        Assert.Contains(failures, failure => failure.Contains("S:Peopel", StringComparison.Ordinal));
    }

    [GeneratedRegex("^ou_[0-9a-f]{32}$")]
    private static partial Regex OpenIdShape();

    [GeneratedRegex("^on_[0-9a-f]{32}$")]
    private static partial Regex UnionIdShape();

    [GeneratedRegex("^od-[0-9a-f]{32}$")]
    private static partial Regex DepartmentShape();

    [GeneratedRegex(@"^[a-zA-Z0-9][a-zA-Z0-9_\-@.]{0,63}$")]
    private static partial Regex CustomDepartmentShape();

    [GeneratedRegex("^cli_[0-9a-f]{16}$")]
    private static partial Regex AppIdShape();
}
