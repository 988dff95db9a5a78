using IdentityGrpc.Interop.Tests;
using IdentityGrpc.Testing;

[assembly: AssemblyFixture(typeof(ServiceFixture))]

namespace IdentityGrpc.Interop.Tests;

/// <summary>The sandbox and the service as two real processes, the one attached to the other, for all tests that do not stop them.</summary>
public sealed class ServiceFixture : IAsyncLifetime
{
    public SandboxProcess Sandbox { get; private set; } = null!;

    public ServerProcess Server { get; private set; } = null!;

    /// <summary>What the sandbox knows.</summary>
    public SandboxTruth Truth { get; private set; } = null!;

    /// <summary>The people of the tenant of <c>default</c>.</summary>
    public IReadOnlyList<TrueUser> Users { get; private set; } = null!;

    /// <summary>Those who have not resigned.</summary>
    public IReadOnlyList<TrueUser> Staff { get; private set; } = null!;

    /// <summary>The departments of that tenant, the root aside.</summary>
    public IReadOnlyList<TrueDepartment> Departments { get; private set; } = null!;

    /// <summary>The e-mails and mobiles of <see cref="Staff"/>.</summary>
    public int StaffContacts => Staff.Count(u => u.Email is not null) + Staff.Count(u => u.Mobile is not null);

    public async ValueTask InitializeAsync()
    {
        RedisServer.HeardBy = RunRecord.OfProcess;
        // What is tested here are languages and not limits.
        Sandbox = await SandboxProcess.StartAsync(new Dictionary<string, string> { ["IdentityGrpc__Sandbox__PerSecond"] = "1000", ["IdentityGrpc__Sandbox__PerMinute"] = "50000" });
        Server = await ServerProcess.StartAsync(new Dictionary<string, string> { ["IdentityGrpc__Sandbox__Attach"] = Sandbox.Url.ToString() });
        Truth = new(Sandbox.Url);
        await RunRecord.OfProcess.KnowAsync(Truth);
        string tenant = (await Truth.AppAsync("default")).TenantKeys.Single();
        Users = await Truth.UsersAsync(tenant);
        Staff = [.. Users.Where(u => !u.IsResigned)];
        Departments = await Truth.DepartmentsAsync(tenant);
    }

    public async ValueTask DisposeAsync()
    {
        Truth?.Dispose();
        if (Server is not null) await Server.DisposeAsync();
        if (Sandbox is not null) await Sandbox.DisposeAsync();
        // All processes have ended: none has printed a token, secret, e-mail or mobile, or told it to Redis (design §6).
        RunRecord.OfProcess.Judge().ThrowIfBroken("server", "sandbox", "redis", "redis-key");
    }
}
