using Grpc.Core;
using IdentityGrpc.Server.Tests.Fixtures;
using IdentityGrpc.Testing.Server;
using IdentityGrpc.V1;

namespace IdentityGrpc.Server.Tests.Members;

/// <summary>Walks of apps that may not see everybody (R29, R33–R36), against the sandbox's truth.</summary>
public class ContactScopeWalkTests(SharedServer server)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // The sandbox's narrow app: one department with all below it.
    [Fact]
    public async Task Root_OfAnAppWithOneDepartment_WalksThatAndSaysThatItIsPartial()
    {
        string granted = server.Apps["narrow"].ContactScope.DepartmentIds.Single();
        var subtree = server.Subtree(granted);
        var (members, summary) = await WalkAsync(server.Identity, new() { App = "narrow", DepartmentId = "0", Recursive = true, Distinct = true });
        Assert.Equal(server.Staff.Where(u => u.DepartmentIds.Any(subtree.Contains)).Select(u => u.OpenIds["narrow"]).Order(), members);
        Assert.False(summary.Complete);
        var skipped = Assert.Single(summary.Skipped);
        Assert.Equal((SkippedKind.Department, "0", UnresolvedReason.NoPermission), (skipped.Kind, skipped.DepartmentId, skipped.Reason));
        Assert.Equal((uint)subtree.Count, summary.Departments);
    }

    [Fact]
    public async Task Root_NotRecursiveWithoutAllStaff_IsRefused()
    {
        var failure = await RpcFailures.ExpectAsync(StatusCode.PermissionDenied, () => WalkAsync(server.Identity, new() { App = "narrow", DepartmentId = "0" }));
        Assert.Equal(["department_id"], failure.Violations().Keys);
    }

    // R34, and the group whose members cannot be listed by department is named.
    [Fact]
    public async Task Root_OfAnAppWithPeopleAndAGroup_SendsIndependentMembersOnRequest()
    {
        await using var own = await RunningServer.StartAsync("Sandbox:PerSecond=5000", "Sandbox:PerMinute=200000");
        var department = server.Departments[0];
        var subtree = server.Subtree(department.OpenDepartmentId);
        var people = server.Staff.Where(u => !u.DepartmentIds.Any(subtree.Contains)).Take(3).ToList();
        var apps = await own.Truth.SendAsync(HttpMethod.Put, "apps/sibling", new { contact_scope = new { department_ids = (string[])[department.OpenDepartmentId], user_ids = people.Select(p => p.UserId) } }, Stop);
        Assert.Equal(System.Text.Json.JsonValueKind.Object, apps.ValueKind);
        var inTree = server.Staff.Where(u => u.DepartmentIds.Any(subtree.Contains)).Select(u => u.OpenIds["sibling"]);

        var request = new StreamDepartmentMembersRequest { App = "sibling", DepartmentId = "0", Recursive = true, Distinct = true };
        var (without, partial) = await WalkAsync(own.Identity, request);
        Assert.Equal(inTree.Order(), without);
        Assert.Contains(partial.Skipped, s => s.Kind == SkippedKind.IndependentMembers);

        request.IncludeIndependentMembers = true;
        var (with, summary) = await WalkAsync(own.Identity, request);
        Assert.Equal(inTree.Concat(people.Select(p => p.OpenIds["sibling"])).Order(), with);
        Assert.DoesNotContain(summary.Skipped, s => s.Kind == SkippedKind.IndependentMembers);
        Assert.False(summary.Complete);
    }

    private static async Task<(IEnumerable<string> OpenIds, MembersSummary Summary)> WalkAsync(IdentityService.IdentityServiceClient client, StreamDepartmentMembersRequest request)
    {
        using var call = client.StreamDepartmentMembers(request, cancellationToken: Stop);
        var messages = await call.ResponseStream.ReadAllAsync(Stop).ToListAsync(Stop);
        return (messages.SelectMany(m => m.Members).Select(m => m.Identity.OpenId).Order(), messages[^1].Summary);
    }
}
