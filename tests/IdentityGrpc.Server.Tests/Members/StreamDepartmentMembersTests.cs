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
            Assert.Equal(whole[^1].Summary, rest[^1].Summary);
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
        Assert.All(rest.SkipLast(1), m => Assert.Equal(7, m.Members.Count));
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
        Assert.Equal(new MembersSummary { Complete = true, Departments = (uint)departments, Members = (ulong)members }, messages[^1].Summary);
        Assert.Equal(new MembersProgress { DepartmentsKnown = (uint)departments, DepartmentsDone = (uint)departments, MembersSent = (ulong)members }, messages[^1].Progress);
    }
}
