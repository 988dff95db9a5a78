using Grpc.Core;
using Grpc.Net.Client;
using IdentityGrpc.Testing;
using IdentityGrpc.V1;

namespace IdentityGrpc.Interop.Tests;

/// <summary>A walk over two replicas that are killed at random, as processes, on one platform.</summary>
public class KilledWalkTests
{
    private const int Kills = 10, BatchSize = 50;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // The union of what was received is the truth. Without an answer to the last message it comes again, and no other.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Walk_KilledTenTimes_IsResumedOnTheOtherReplica(bool distinct)
    {
        await using var sandbox = await SandboxProcess.StartAsync(new Dictionary<string, string>
        {
            ["IdentityGrpc__Sandbox__Users"] = "3000",
            ["IdentityGrpc__Sandbox__Departments"] = "100",
            ["IdentityGrpc__Sandbox__PerSecond"] = "200",
            ["IdentityGrpc__Sandbox__PerMinute"] = "12000",
        }, Stop);
        using var truth = new SandboxTruth(sandbox.Url);
        string tenant = (await truth.AppAsync("default", Stop)).TenantKeys.Single();
        var staff = (await truth.UsersAsync(tenant, Stop)).Where(u => !u.IsResigned).ToDictionary(u => u.OpenIds["default"]);

        var settings = ServerProcess.FreePorts.Where(p => !p.Key.EndsWith("Sandbox__Listen", StringComparison.Ordinal)).Append(new("IdentityGrpc__Sandbox__Attach", sandbox.Url.ToString())).ToDictionary();
        var replicas = await Task.WhenAll(ServerProcess.StartAsync(settings, Stop), ServerProcess.StartAsync(settings, Stop));
        var random = new Random(distinct ? 1 : 2);
        var received = new List<string>();
        var request = new StreamDepartmentMembersRequest { App = "default", DepartmentId = "0", Recursive = true, Distinct = distinct, BatchSize = BatchSize, IdTypes = { IdType.OpenId } };
        MembersSummary? summary = null;
        try
        {
            int expected = distinct ? staff.Count : staff.Values.Sum(u => u.DepartmentIds.Count);
            for (int life = 0; summary is null; life++)
            {
                Assert.InRange(life, 0, Kills);
                // The last message before the kill was not acted on: it comes again.
                int until = life == Kills ? int.MaxValue : 1 + (expected * (life + 1) / (Kills + 1)) + random.Next(-BatchSize, BatchSize);
                int at = life % 2;
                summary = await ReadAsync(replicas[at], request, received, until);
                if (summary is not null) break;
                await replicas[at].DisposeAsync();
                replicas[at] = await ServerProcess.StartAsync(settings, Stop);
            }
        }
        finally
        {
            foreach (var replica in replicas) await replica.DisposeAsync();
        }

        Assert.True(summary.Complete);
        Assert.Equal(distinct ? staff.Keys.Order() : staff.SelectMany(s => s.Value.DepartmentIds.Select(_ => s.Key)).Order(), received.Order());
        Assert.Equal((ulong)received.Count, summary.Members);
    }

    /// <summary>Reads and acts on messages until there are so many members, then kills the replica with one more message on its way.</summary>
    private static async Task<MembersSummary?> ReadAsync(ServerProcess replica, StreamDepartmentMembersRequest request, List<string> received, int until)
    {
        using var channel = GrpcChannel.ForAddress(replica.GrpcUrl);
        using var call = new IdentityService.IdentityServiceClient(channel).StreamDepartmentMembers(request, cancellationToken: Stop);
        while (await call.ResponseStream.MoveNext(Stop))
        {
            var message = call.ResponseStream.Current;
            if (received.Count >= until && message.Summary is null)
            {
                await replica.KillAsync(Stop);
                await Assert.ThrowsAsync<RpcException>(async () =>
                {
                    while (await call.ResponseStream.MoveNext(Stop))
                    {
                    }
                });
                return null;
            }
            received.AddRange(message.Members.Select(m => m.Identity.OpenId));
            request.Cursor = message.Cursor;
            if (message.Summary is not null) return message.Summary;
        }
        return null;
    }
}
