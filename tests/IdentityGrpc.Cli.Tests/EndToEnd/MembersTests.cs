using System.Text.Json;
using IdentityGrpc.Cli.Tests.Support;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Cli.Tests.EndToEnd;

public class MembersTests(LiveService live)
{
    [Fact]
    public async Task Members_RootRecursiveDistinct_EverybodyOnce()
    {
        Assert.Equal(20, live.Truth.Departments.Count);
        Assert.InRange(live.Truth.Departments.Max(Depth), 3, int.MaxValue);
        var run = await MembersAsync("0", "--recursive", "--distinct", "--independent");
        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal(live.Truth.Present.Select(person => person.IdsFor("default")).Order(), Csv.Read(run.Output).Select(row => row.Ids()).Order());
        Assert.Equal($"members: {live.Truth.Present.Count()}, departments: 21, complete\n", run.Error);
    }

    [Fact]
    public async Task Members_RootRecursive_EverybodyUnderEachDepartment()
    {
        var run = await MembersAsync("0", "--recursive");
        Assert.Equal(ExitCode.Ok, run.Code);
        var expected = live.Truth.Present.SelectMany(person => person.DepartmentIds, (person, _) => person.UserId);
        Assert.Equal(expected.Order(), Csv.Read(run.Output).Select(row => row["user_id"]).Order());
    }

    [Fact]
    public async Task Members_OneDepartment_ItsOwnOnlyWithTheirProfile()
    {
        string department = live.Truth.Departments[0].OpenDepartmentId;
        var run = await IdctlRun.OfAsync("members", department, "--profile", "-o", "json", "--server", live.Url);
        Assert.Equal(ExitCode.Ok, run.Code);
        var expected = live.Truth.Present.Where(person => person.DepartmentIds.Contains(department)).Select(person => (person.UserId, person.Name, person.Email, person.Mobile));
        var actual = run.Lines.Select(line => JsonSerializer.Deserialize<JsonElement>(line))
            .Select(row => (row.GetProperty("user_id").GetString()!, row.GetProperty("name").GetString()!, row.GetProperty("email").GetString(), row.GetProperty("mobile").GetString()));
        Assert.Equal(expected.Order(), actual.Order());
    }

    [Fact]
    public async Task Members_DepartmentThatDoesNotExist_IsNotFound()
    {
        var run = await MembersAsync("od-0123456789abcdef0123456789abcdef");
        Assert.Equal(ExitCode.CallFailed, run.Code);
        Assert.StartsWith("idctl: NOT_FOUND: ", run.Error, StringComparison.Ordinal);
    }

    private int Depth(TrueDepartment department) =>
        live.Truth.Departments.SingleOrDefault(parent => parent.OpenDepartmentId == department.ParentOpenDepartmentId) is { } parent ? 1 + Depth(parent) : 1;

    private Task<IdctlRun> MembersAsync(string department, params string[] options) =>
        IdctlRun.OfAsync(["members", department, "-o", "csv", "--server", live.Url, .. options]);
}
