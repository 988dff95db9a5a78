using System.Text.Json;
using Grpc.Core;
using IdentityGrpc.Server.Tests.Fixtures;
using IdentityGrpc.Testing;
using IdentityGrpc.Testing.Server;
using IdentityGrpc.V1;

namespace IdentityGrpc.Server.Tests.Members;

/// <summary>Walks over gRPC and HTTP, against the sandbox's truth.</summary>
public class StreamDepartmentMembersTests(SharedServer server)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Sandbox_ByDefault_IsWorthWalking()
    {
        Assert.True(server.Departments.Count >= 20);
        Assert.True(server.Departments.Max(Depth) >= 3);
        Assert.Contains(server.Staff, u => u.DepartmentIds.Count > 1);
        Assert.Contains(server.Staff, u => u.DepartmentIds.Contains("0"));

        int Depth(TrueDepartment d) => d.ParentOpenDepartmentId == "0" ? 1 : 1 + Depth(server.Departments.Single(p => p.OpenDepartmentId == d.ParentOpenDepartmentId));
    }

    [Fact]
    public async Task Root_RecursiveAndDistinct_SendsEverybodyOnce()
    {
        var messages = await ReadAsync(Root(distinct: true));
        var members = messages.SelectMany(m => m.Members).ToList();
        Assert.Equal(server.Staff.Select(u => u.OpenIds["default"]).Order(), members.Select(m => m.Identity.OpenId).Order());
        foreach (var member in members)
        {
            var user = server.Staff.Single(u => u.OpenIds["default"] == member.Identity.OpenId);
            Assert.Equal(new Identity { OpenId = user.OpenIds["default"], UnionId = user.UnionIds[server.Provider], UserId = user.UserId }, member.Identity);
            Assert.Equal(user.DepartmentIds.Order(), member.DepartmentIds.Order());
            Assert.Null(member.Profile);
        }
        AssertComplete(messages, server.Departments.Count + 1);
    }

    [Fact]
    public async Task Root_Recursive_SendsEverybodyUnderEachOfTheirDepartments()
    {
        var messages = await ReadAsync(Root(distinct: false));
        var times = messages.SelectMany(m => m.Members).CountBy(m => m.Identity.OpenId).ToDictionary();
        Assert.Equal(server.Staff.ToDictionary(u => u.OpenIds["default"], u => u.DepartmentIds.Count), times);
        AssertComplete(messages, server.Departments.Count + 1);
    }

    // R37
    [Fact]
    public async Task Department_NotRecursive_SendsItsDirectMembersOnly()
    {
        foreach (var department in server.Departments)
        {
            var expected = server.Staff.Where(u => u.DepartmentIds.Contains(department.OpenDepartmentId)).Select(u => u.OpenIds["default"]).Order();
            Assert.Equal(expected, await OpenIdsAsync(new() { App = "default", DepartmentId = department.OpenDepartmentId }));
        }
    }

    // R38: both kinds of id lead to the same department.
    [Fact]
    public async Task Department_Recursive_SendsItsSubtreeUnderEitherKindOfId()
    {
        var department = server.Departments.Where(d => d.ParentOpenDepartmentId == "0").MaxBy(d => server.Subtree(d.OpenDepartmentId).Count)!;
        var subtree = server.Subtree(department.OpenDepartmentId);
        var expected = server.Staff.Where(u => u.DepartmentIds.Any(subtree.Contains)).Select(u => u.OpenIds["default"]).Order();
        Assert.True(subtree.Count >= 3);
        foreach (string id in (string[])[department.OpenDepartmentId, department.DepartmentId])
        {
            Assert.Equal(expected, await OpenIdsAsync(new() { App = "default", DepartmentId = id, Recursive = true, Distinct = true }));
        }
    }

    [Fact]
    public async Task Root_ResumedAtEveryMessage_GoesOnWithTheNext()
    {
        var request = Root(distinct: true);
        request.BatchSize = 17;
        var whole = await ReadAsync(request);
        Assert.True(whole.Count > 8);
        for (int i = 0; i < whole.Count; i++)
        {
            request.Cursor = whole[i].Cursor;
            var rest = await ReadAsync(request);
            Assert.Equal([.. whole.Skip(i + 1).SelectMany(m => m.Members)], rest.SelectMany(m => m.Members));
            var summary = whole[^1].Summary.Clone();
            summary.MayRepeat = i < whole.Count - 1;
            summary.DepartmentsAgeSeconds = rest[^1].Summary.DepartmentsAgeSeconds;
            Assert.Equal(summary, rest[^1].Summary);
            Assert.Equal(whole[^1].Progress, rest[^1].Progress);
        }
    }

    [Fact]
    public async Task Cursor_WithAnotherBatchSize_IsTaken()
    {
        var request = Root(distinct: true);
        request.BatchSize = 50;
        var whole = await ReadAsync(request);
        request.Cursor = whole[0].Cursor;
        request.BatchSize = 7;
        var rest = await ReadAsync(request);
        Assert.Equal([.. whole.Skip(1).SelectMany(m => m.Members)], rest.SelectMany(m => m.Members));
        Assert.All(rest, m => Assert.InRange(m.Members.Count, 0, 7));
    }

    [Fact]
    public async Task Cursor_OnAnotherReplica_IsTaken()
    {
        await using var replica = await RunningServer.StartAsync($"Sandbox:Attach={server.Running.Host.SandboxUrl}");
        var request = Root(distinct: true);
        request.BatchSize = 40;
        var whole = await ReadAsync(request);
        request.Cursor = whole[1].Cursor;
        using var call = replica.Identity.StreamDepartmentMembers(request, cancellationToken: Stop);
        var rest = await call.ResponseStream.ReadAllAsync(Stop).ToListAsync(Stop);
        Assert.Equal([.. whole.Skip(2).SelectMany(m => m.Members)], rest.SelectMany(m => m.Members));
    }

    public static TheoryData<string> OtherRequests => ["department", "recursive", "distinct", "id types", "profile", "app", "changed"];

    [Theory]
    [MemberData(nameof(OtherRequests))]
    public async Task Cursor_OfAnotherRequest_IsRefusedByName(string change)
    {
        var request = Root(distinct: true);
        request.BatchSize = 50;
        request.Cursor = (await ReadAsync(request))[0].Cursor;
        switch (change)
        {
            case "department": request.DepartmentId = server.Departments[0].OpenDepartmentId; break;
            case "recursive": request.Recursive = false; break;
            case "distinct": request.Distinct = false; break;
            case "id types": request.IdTypes.Add(IdType.OpenId); break;
            case "profile": request.IncludeProfile = true; break;
            case "app": request.App = "sibling"; break;
            default: request.Cursor = request.Cursor[..^1] + (request.Cursor[^1] == 'A' ? 'Q' : 'A'); break;
        }
        var failure = await RpcFailures.ExpectAsync(StatusCode.InvalidArgument, () => ReadAsync(request));
        Assert.Equal(["cursor"], failure.Violations().Keys);
    }

    [Fact]
    public async Task Profile_OnRequest_HoldsWhatThePlatformShows()
    {
        var request = Root(distinct: true);
        request.IncludeProfile = true;
        foreach (var member in (await ReadAsync(request)).SelectMany(m => m.Members))
        {
            var user = server.Staff.Single(u => u.OpenIds["default"] == member.Identity.OpenId);
            Assert.Equal((user.Name, user.EnName, user.Email ?? "", user.Mobile ?? "", user.EnterpriseEmail ?? ""),
                (member.Profile.Name, member.Profile.EnName, member.Profile.Email, member.Profile.Mobile, member.Profile.EnterpriseEmail));
        }
    }

    // What a walk has seen is in the cache.
    [Fact]
    public async Task Walk_FillsTheCache()
    {
        await ReadAsync(Root(distinct: true));
        var answer = await server.Identity.ConvertIdAsync(new() { App = "default", Ids = { server.Staff.Select(u => u.UserId) }, Freshness = new() { CachedOnly = true } }, cancellationToken: Stop);
        Assert.Equal([.. server.Staff.Select(u => u.OpenIds["default"])], answer.Conversions.Select(c => c.Identity?.OpenId));
        Assert.All(answer.Conversions, c => Assert.Equal(Source.Memory, c.Provenance.Source));
    }

    // Seed 004: attributes of all five kinds, as the truth has them.
    [Fact]
    public async Task Profile_HoldsTheTenantsOwnFieldsOfEveryKind()
    {
        var request = Root(distinct: true);
        request.IncludeProfile = true;
        var members = (await ReadAsync(request)).SelectMany(m => m.Members).ToDictionary(m => m.Identity.UserId);
        string tenant = server.Apps["default"].TenantKeys.Single();
        var truth = (await server.Running.Truth.SendAsync(HttpMethod.Get, $"users?limit=10000&profile=true&tenant_key={tenant}", cancellationToken: Stop)).GetProperty("users");
        var kinds = new HashSet<CustomAttribute.ValueOneofCase>();
        foreach (var user in truth.EnumerateArray().Where(u => u.GetProperty("status").GetString() != "resigned"))
        {
            var member = members[user.GetProperty("user_id").GetString()!];
            Assert.Equal(user.GetProperty("job_title").GetString(), member.Profile.JobTitle);
            Assert.Equal(user.GetProperty("employee_no").GetString(), member.Profile.EmployeeNo);
            Assert.Equal(user.GetProperty("custom_attrs").EnumerateArray().Select(TrueAttribute), member.Profile.CustomAttributes);
            Assert.Empty(member.Identity.Withheld);
            kinds.UnionWith(member.Profile.CustomAttributes.Select(a => a.ValueCase));
        }
        Assert.Equal(5, kinds.Count);
    }

    // R19: what the app may not see is named, with the scopes that would show it; what has no value is not.
    [Fact]
    public async Task Profile_WithoutFieldScopes_NamesWhatIsWithheld()
    {
        await using var own = await RunningServer.StartAsync("Sandbox:PerSecond=5000", "Sandbox:PerMinute=200000");
        await own.Truth.SendAsync(HttpMethod.Put, "apps/sibling", new { scopes = (string[])["contact:contact.base:readonly", "contact:user.phone:readonly"] }, Stop);
        using var call = own.Identity.StreamDepartmentMembers(new() { App = "sibling", DepartmentId = "0", Recursive = true, Distinct = true, IncludeProfile = true }, cancellationToken: Stop);
        var members = (await call.ResponseStream.ReadAllAsync(Stop).ToListAsync(Stop)).SelectMany(m => m.Members).ToList();
        Assert.Equal(server.Staff.Count, members.Count);
        string[] withheld = ["custom_attrs", "department_ids", "email", "employee_no", "en_name", "enterprise_email", "job_title", "leader_user_id", "name"];
        foreach (var member in members)
        {
            Assert.Equal(withheld, member.Identity.Withheld.Where(w => w.Field.Length > 0).Select(w => w.Field).Order());
            Assert.Equal(["contact:user.email:readonly"], member.Identity.Withheld.Single(w => w.Field == "email").MissingScopes);
            Assert.Contains("contact:user.base:readonly", member.Identity.Withheld.Single(w => w.Field == "name").MissingScopes);
            Assert.Contains(member.Identity.Withheld, w => w.IdType == IdType.UserId);
        }
        Assert.Contains(members, m => m.Profile.Mobile.Length > 0);
        Assert.Contains(members, m => m.Profile.Mobile.Length == 0);
    }

    private static CustomAttribute TrueAttribute(JsonElement attribute)
    {
        var value = attribute.GetProperty("value");
        var read = new CustomAttribute { Id = attribute.GetProperty("id").GetString() };
        switch (attribute.GetProperty("type").GetString())
        {
            case "TEXT": read.Text = Text("text"); break;
            case "HREF": read.Link = new() { Text = Text("text"), Url = Text("url"), PcUrl = Text("pc_url") }; break;
            case "ENUMERATION": read.Enumeration = new() { OptionId = Text("option_id"), Value = Text("option_value") }; break;
            case "PICTURE_ENUM": read.Picture = new() { OptionId = Text("option_id"), Url = Text("picture_url") }; break;
            default: read.User = new() { UserId = value.GetProperty("generic_user").GetProperty("id").GetString() }; break;
        }
        return read;

        string Text(string name) => value.GetProperty(name).GetString()!;
    }

    private static StreamDepartmentMembersRequest Root(bool distinct) => new() { App = "default", DepartmentId = "0", Recursive = true, Distinct = distinct };

    private async Task<IReadOnlyList<StreamDepartmentMembersResponse>> ReadAsync(StreamDepartmentMembersRequest request)
    {
        using var call = server.Identity.StreamDepartmentMembers(request, cancellationToken: Stop);
        return await call.ResponseStream.ReadAllAsync(Stop).ToListAsync(Stop);
    }

    private async Task<IEnumerable<string>> OpenIdsAsync(StreamDepartmentMembersRequest request) =>
        (await ReadAsync(request)).SelectMany(m => m.Members).Select(m => m.Identity.OpenId).Order();

    private static void AssertComplete(IReadOnlyList<StreamDepartmentMembersResponse> messages, int departments)
    {
        Assert.All(messages.SkipLast(1), m => Assert.Null(m.Summary));
        int members = messages.Sum(m => m.Members.Count);
        var summary = messages[^1].Summary;
        Assert.InRange(summary.DepartmentsAgeSeconds, 0u, 600u);
        Assert.Equal(new MembersSummary { Complete = true, Departments = (uint)departments, Members = (ulong)members, DepartmentsAgeSeconds = summary.DepartmentsAgeSeconds }, summary);
        var progress = messages[^1].Progress;
        Assert.InRange(progress.MembersEstimated, (ulong)(members * 0.9), (ulong)(members * 1.3));
        Assert.Equal(new MembersProgress { DepartmentsKnown = (uint)departments, DepartmentsDone = (uint)departments, MembersSent = (ulong)members, MembersEstimated = progress.MembersEstimated }, progress);
    }
}
