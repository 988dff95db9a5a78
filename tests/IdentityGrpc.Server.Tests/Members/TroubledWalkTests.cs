using Grpc.Core;
using IdentityGrpc.Server.Tests.Fixtures;
using IdentityGrpc.Testing.Server;
using IdentityGrpc.V1;

namespace IdentityGrpc.Server.Tests.Members;

/// <summary>Trouble of the platform over real HTTP: the right partial result, named, or none of the caller's business.</summary>
public class TroubledWalkTests(SharedServer server)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static Task<RunningServer> StartAsync(params string[] more) => RunningServer.StartAsync(["Sandbox:PerSecond=5000", "Sandbox:PerMinute=200000", .. more]);

    // 43010: the departments are listed level by level instead.
    [Fact]
    public async Task DepartmentTooLargeForRecursion_IsWalkedAllTheSame()
    {
        await using var own = await StartAsync("Sandbox:BigDepartment=3");
        AssertEverybody(await ReadAsync(own));
        Assert.True((await own.Truth.CallsAsync(Stop)).Single(c => c.Api.EndsWith("/children", StringComparison.Ordinal)).Calls > 3);
    }

    // Storms that pass cost time and nobody.
    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task StormThatPasses_LosesNobody(int status)
    {
        await using var own = await StartAsync();
        await own.Truth.SendAsync(HttpMethod.Put, "faults", new { kind = "status", status, reset_seconds = 1, probability = 0.3, times = 12 }, Stop);
        AssertEverybody(await ReadAsync(own));
    }

    // 99992357 in the middle: the department and why, the rest whole.
    [Fact]
    public async Task DepartmentDeletedInTheMiddle_IsNamed()
    {
        await using var own = await StartAsync();
        var leaf = server.Departments.Last(d => server.Departments.All(c => c.ParentOpenDepartmentId != d.OpenDepartmentId));
        // The listing that names it is read before it goes, its members after.
        await own.Truth.SendAsync(HttpMethod.Put, "faults", new { api = "GET /open-apis/contact/v3/users/find_by_department", kind = "latency", latency_ms = 700 }, Stop);
        using var call = own.Identity.StreamDepartmentMembers(Root(), cancellationToken: Stop);
        var messages = new List<StreamDepartmentMembersResponse>();
        Assert.True(await call.ResponseStream.MoveNext(Stop));
        messages.Add(call.ResponseStream.Current);
        await own.Truth.SendAsync(HttpMethod.Delete, $"departments/{leaf.OpenDepartmentId}", null, Stop);
        while (await call.ResponseStream.MoveNext(Stop)) messages.Add(call.ResponseStream.Current);
        var summary = messages[^1].Summary;
        var members = messages.SelectMany(m => m.Members).Select(m => m.Identity.OpenId).ToList();
        Assert.Equal(members.Distinct(), members);
        if (summary.Complete) return; // its page had been read by then
        var skipped = Assert.Single(summary.Skipped);
        Assert.Equal((leaf.OpenDepartmentId, SkippedKind.Department, UnresolvedReason.NotFoundOrNotVisible), (skipped.DepartmentId, skipped.Kind, skipped.Reason));
    }

    // Where nothing at all can be read, the call says so instead of an empty list.
    [Fact]
    public async Task PlatformDown_IsUnavailable()
    {
        await using var own = await StartAsync();
        await own.Truth.SendAsync(HttpMethod.Put, "faults", new { api = "GET /open-apis/contact/v3/users/find_by_department", kind = "status", status = 500 }, Stop);
        var failure = await RpcFailures.ExpectAsync(StatusCode.Unavailable, () => ReadAsync(own));
        Assert.Equal("UPSTREAM_UNAVAILABLE", failure.Reason());
    }

    // R38, R39: an id of the wrong kind does not exist.
    [Fact]
    public async Task DepartmentIdOfTheOtherKind_IsNotFound()
    {
        var request = Root();
        request.DepartmentId = server.Departments[0].DepartmentId;
        request.DepartmentIdType = DepartmentIdType.OpenDepartmentId;
        var failure = await RpcFailures.ExpectAsync(StatusCode.NotFound, () => ReadAsync(server.Running, request));
        Assert.Equal(["department_id"], failure.Violations().Keys);
    }

    private void AssertEverybody(IReadOnlyList<StreamDepartmentMembersResponse> messages)
    {
        Assert.Equal(server.Staff.Select(u => u.OpenIds["default"]).Order(), messages.SelectMany(m => m.Members).Select(m => m.Identity.OpenId).Order());
        Assert.True(messages[^1].Summary.Complete);
    }

    private static StreamDepartmentMembersRequest Root() => new() { App = "default", DepartmentId = "0", Recursive = true, Distinct = true };

    private static async Task<IReadOnlyList<StreamDepartmentMembersResponse>> ReadAsync(RunningServer from, StreamDepartmentMembersRequest? request = null)
    {
        using var call = from.Identity.StreamDepartmentMembers(request ?? Root(), cancellationToken: Stop);
        return await call.ResponseStream.ReadAllAsync(Stop).ToListAsync(Stop);
    }
}
