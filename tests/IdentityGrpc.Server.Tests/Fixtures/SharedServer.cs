using IdentityGrpc.Server.Tests.Fixtures;
using IdentityGrpc.Testing;
using IdentityGrpc.Testing.Server;

[assembly: AssemblyFixture(typeof(SharedServer))]

namespace IdentityGrpc.Server.Tests.Fixtures;

/// <summary>One service for all tests that do not change it, with limits that no test meets, and the truth about its people.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    public RunningServer Running { get; private set; } = null!;

    /// <summary>The apps by name.</summary>
    public IReadOnlyDictionary<string, TrueApp> Apps { get; private set; } = null!;

    /// <summary>The people of the tenant of <c>default</c>.</summary>
    public IReadOnlyList<TrueUser> Users { get; private set; } = null!;

    /// <summary>Those who have not resigned.</summary>
    public IReadOnlyList<TrueUser> Staff { get; private set; } = null!;

    /// <summary>The departments of that tenant, the root aside.</summary>
    public IReadOnlyList<TrueDepartment> Departments { get; private set; } = null!;

    /// <summary>The provider of <c>default</c>, by which union_ids are told apart.</summary>
    public string Provider => Apps["default"].Provider;

    public V1.IdentityService.IdentityServiceClient Identity => Running.Identity;

    public async ValueTask InitializeAsync()
    {
        Running = await RunningServer.StartAsync("Sandbox:PerSecond=5000", "Sandbox:PerMinute=200000");
        Apps = (await Running.Truth.AppsAsync()).ToDictionary(a => a.Name);
        string tenant = Apps["default"].TenantKeys.Single();
        Users = await Running.Truth.UsersAsync(tenant);
        Staff = [.. Users.Where(u => !u.IsResigned)];
        Departments = await Running.Truth.DepartmentsAsync(tenant);
    }

    public ValueTask DisposeAsync() => Running.DisposeAsync();

    /// <summary>The open_department_ids of a department and of all below it.</summary>
    public IReadOnlySet<string> Subtree(string department) => Departments.Subtree(department);
}
