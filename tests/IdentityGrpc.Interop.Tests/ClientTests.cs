using System.Text.Json;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Interop.Tests;

/// <summary>Clients in other languages; each compares every answer with the sandbox's truth by itself and says how many it has compared.</summary>
public class ClientTests(ServiceFixture service)
{
    [Fact]
    public async Task Node_AllRpcs_GiveTheTruth() =>
        AssertVerified(await Scripts.NodeAsync("identity-client.mjs", "--grpc", service.Server.GrpcUrl.Authority, "--sandbox", service.Sandbox.Url.ToString()));

    [Fact]
    public async Task Python_AllRpcsAndHealth_GiveTheTruth()
    {
        var verified = await Scripts.PythonAsync("identity_client.py", "--grpc", service.Server.GrpcUrl.Authority, "--sandbox", service.Sandbox.Url.ToString());
        AssertVerified(verified);
        Assert.Equal("SERVING", verified.GetProperty("health").GetString());
    }

    [Fact]
    public async Task OfficialNodeSdk_AgainstTheSandbox_ReadsTheTruth()
    {
        var verified = await Scripts.NodeAsync("lark-sdk.mjs", "--sandbox", service.Sandbox.Url.ToString());
        var reachable = service.Users.Sum(u => (u.Email is null ? 0 : 1) + (u.Mobile is null ? 0 : 1));
        Assert.Equal(1, verified.GetProperty("tokens").GetInt32());
        Assert.Equal(3 * reachable, verified.GetProperty("contacts").GetInt32());
        Assert.Equal(service.Staff.Count, verified.GetProperty("batch").GetInt32());
        Assert.Equal(2, verified.GetProperty("gets").GetInt32());
        Assert.Equal(service.Departments.Count, verified.GetProperty("departments").GetInt32());
        Assert.Equal(service.Departments.Count, verified.GetProperty("details").GetInt32());
        Assert.InRange(verified.GetProperty("listed").GetInt32(), 1, service.Staff.Count);
        Assert.Equal(service.Staff.Sum(u => u.DepartmentIds.Count), verified.GetProperty("memberships").GetInt32());
        Assert.InRange(verified.GetProperty("scopes").GetInt32(), 5, service.Staff.Count);
    }

    [Fact]
    public async Task OfficialNodeSdk_WithLoginsAndAsAStoreApp_ReadsTheTruth()
    {
        await using var sandbox = await SandboxProcess.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var verified = await Scripts.NodeAsync("lark-login.mjs", "--sandbox", sandbox.Url.ToString());
        Assert.Equal(2, verified.GetProperty("tenants").GetInt32());
        Assert.InRange(verified.GetProperty("users").GetInt32(), 1, service.Users.Count);
        Assert.InRange(verified.GetProperty("departments").GetInt32(), 1, service.Departments.Count);
    }

    // It changes the directory, so it has a sandbox of its own.
    [Fact]
    public async Task OfficialNodeSdk_AsAReceiverOfEvents_AnswersTheChallengeAndTakesSignedEventsOnly()
    {
        await using var sandbox = await SandboxProcess.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var verified = await Scripts.NodeAsync("lark-events.mjs", "--sandbox", sandbox.Url.ToString());
        Assert.Equal(6, verified.GetProperty("events").GetInt32());
    }

    private void AssertVerified(JsonElement verified)
    {
        Assert.Equal(service.StaffContacts, verified.GetProperty("contacts").GetInt32());
        Assert.Equal(3 * service.Staff.Count, verified.GetProperty("ids").GetInt32());
        Assert.Equal(service.Staff.Count, verified.GetProperty("members").GetInt32());
        Assert.Equal(["contacts", "id_types[0]"], verified.GetProperty("violations").EnumerateArray().Select(v => v.GetString()));
    }
}
