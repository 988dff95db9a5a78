using System.Net.Http.Json;
using System.Text.Json;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Feishu.Tokens;
using IdentityGrpc.Testing;
using IdentityGrpc.Testing.Server;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityGrpc.Server.Tests.Rules;

/// <summary>
/// A service on a manual clock for the tests of one class, which may change its sandbox: each its own people, and apps only
/// until the end of the test. No test meets the limits.
/// </summary>
public partial class RuleServer : IAsyncLifetime
{
    private RunningServer _running = null!;
    private HttpClient _platform = null!;

    /// <summary>The service's clock; the sandbox's goes on by itself.</summary>
    public ManualTimeProvider Clock { get; } = new();

    /// <summary>Whether the sandbox's events come in. Without them changes are known when lifetimes have passed; with them the service goes by the system's clock, since nothing ends at an instant that stands still.</summary>
    protected virtual bool TakesEvents => false;

    public SandboxTruth Truth => _running.Truth;

    /// <summary>The service.</summary>
    public V1.IdentityService.IdentityServiceClient Identity => _running.Identity;

    /// <summary>The platform's client, for what no RPC reads.</summary>
    public IDirectory Directory => _running.Host.Services.GetRequiredService<IDirectory>();

    /// <summary>The tenants of the store app: the main one, which all other apps are in, and another.</summary>
    public IReadOnlyList<string> Tenants { get; private set; } = null!;

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static CallContext Call => new(Priority.Interactive, null, "test", Stop);

    public async ValueTask InitializeAsync()
    {
        _running = await RunningServer.StartAsync(TakesEvents ? TimeProvider.System : Clock, "Sandbox:PerSecond=1000000", "Sandbox:PerMinute=1000000", $"Sandbox:Events={TakesEvents}");
        _platform = new() { BaseAddress = _running.Host.SandboxUrl };
        Tenants = (await Truth.AppAsync("store")).TenantKeys;
        if (!TakesEvents) await TakeTicketAsync("store");
    }

    public async ValueTask DisposeAsync()
    {
        _platform.Dispose();
        await _running.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>An app in the main tenant, as the platform's client takes it.</summary>
    public AppTenant Scope(string app) => _running.Host.Services.GetRequiredService<AppCatalog>().Find(app)!.In(new(Tenants[0]));

    // Without events nobody else brings the store app's ticket.
    private async Task TakeTicketAsync(string app)
    {
        var apps = await _platform.GetFromJsonAsync<JsonElement>("/sandbox/v1/apps");
        var store = apps.GetProperty("apps").EnumerateArray().Single(a => a.GetProperty("name").GetString() == app);
        await _running.Host.Services.GetRequiredService<IAppTickets>().PutAsync(new(store.GetProperty("app_id").GetString()!), store.GetProperty("app_ticket").GetString()!, CancellationToken.None);
    }

    /// <summary>The people of a tenant as they are now; of the main one unless another is named.</summary>
    public Task<IReadOnlyList<TrueUser>> UsersAsync(string? tenant = null) => Truth.UsersAsync(tenant ?? Tenants[0], Stop);

    /// <summary>Those of the main tenant who have not resigned.</summary>
    public async Task<IReadOnlyList<TrueUser>> StaffAsync() => [.. (await UsersAsync()).Where(u => !u.IsResigned)];

    /// <summary>The departments of the main tenant as they are now.</summary>
    public Task<IReadOnlyList<TrueDepartment>> DepartmentsAsync() => Truth.DepartmentsAsync(Tenants[0], Stop);

    /// <summary>The open_department_ids of a department and of all below it.</summary>
    public async Task<IReadOnlySet<string>> SubtreeAsync(string department) => (await DepartmentsAsync()).Subtree(department);

    /// <summary>What the app <c>narrow</c> sees: one department and those below it.</summary>
    public async Task<IReadOnlySet<string>> NarrowScopeAsync() => await SubtreeAsync((await Truth.AppAsync("narrow", Stop)).ContactScope.DepartmentIds.Single());

    /// <summary>Somebody with a mobile who stands in both tenants of the store app.</summary>
    public async Task<(TrueUser Here, TrueUser There)> TwinsAsync()
    {
        var there = (await UsersAsync(Tenants[1])).Where(u => u is { IsResigned: false, Mobile: not null }).ToLookup(u => u.Mobile);
        var here = (await StaffAsync()).First(u => there.Contains(u.Mobile));
        return (here, there[here.Mobile].Single());
    }
}
