using System.Diagnostics.Metrics;
using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Feishu.Tests.Wire;
using IdentityGrpc.Feishu.Tokens;
using IdentityGrpc.Sandbox;
using IdentityGrpc.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IdentityGrpc.Feishu.Tests.Platform;

/// <summary>The client against a sandbox over HTTP, with all of its apps. Disposing checks that no secret and no contact of anybody was said.</summary>
public sealed class SandboxBed : IAsyncDisposable
{
    private readonly WebApplication _sandbox;
    private readonly ServiceProvider _services;
    private readonly Observer _observer = new();

    private SandboxBed(WebApplication sandbox, SandboxTruth truth, IReadOnlyList<TrueApp> apps, Dictionary<string, IReadOnlyList<TrueUser>> users,
        FeishuOptions options)
    {
        (_sandbox, Truth, Apps, Users) = (sandbox, truth, apps.ToDictionary(app => app.Name), users);
        _services = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).ClearProviders().AddProvider(_observer))
            .AddSingleton<IBudget>(Budget).AddSingleton<IMeterFactory>(_observer)
            .AddFeishuDirectory([.. apps.Select(Configured)], options)
            .BuildServiceProvider();
        Directory = new ObservedDirectory(_services.GetRequiredService<IDirectory>(), _observer);
    }

    public SandboxTruth Truth { get; }

    public IReadOnlyDictionary<string, TrueApp> Apps { get; }

    /// <summary>The people by tenant, as they were at the start.</summary>
    public Dictionary<string, IReadOnlyList<TrueUser>> Users { get; }

    public IReadOnlyList<TrueUser> Main => Users[MainTenant];

    public string MainTenant => Apps["default"].TenantKeys[0];

    public RecordingBudget Budget { get; } = new();

    public IDirectory Directory { get; }

    public IAppTickets Tickets => _services.GetRequiredService<IAppTickets>();

    public TrueUser Someone => Main.First(user => user is { Email: not null, Mobile: not null, Status: "activated" } && user.DepartmentIds[0] != "0");

    public TrueUser Resigned => Main.First(user => user is { IsResigned: true, Email: not null });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Task<SandboxBed> StartAsync(params (string Key, string Value)[] settings) =>
        StartAsync(new FeishuOptions { RetryDelay = TimeSpan.FromMilliseconds(1), MaxRetryDelay = TimeSpan.FromMilliseconds(1) }, settings);

    public static async Task<SandboxBed> StartAsync(FeishuOptions options, params (string Key, string Value)[] settings)
    {
        (string Key, string Value)[] all = [("Listen", "http://127.0.0.1:0"), ("PerSecond", "100000"), ("PerMinute", "1000000"), .. settings];
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(all.Select(setting => KeyValuePair.Create("S:" + setting.Key, (string?)setting.Value))).Build();
        var sandbox = SandboxApplication.Create(configuration.GetSection("S"));
        await sandbox.StartAsync(Cancellation);
        var truth = new SandboxTruth(new Uri(sandbox.Urls.Single()));
        var apps = await truth.AppsAsync(Cancellation);
        var users = new Dictionary<string, IReadOnlyList<TrueUser>>();
        foreach (string tenant in apps.SelectMany(app => app.TenantKeys).Distinct()) users[tenant] = await truth.UsersAsync(tenant, Cancellation);
        return new(sandbox, truth, apps, users, options);
    }

    public AppTenant Scope(string app = "default", string? tenant = null) =>
        new(new(Apps[app].AppId), new(Apps[app].Provider), new(tenant ?? Apps[app].TenantKeys[0]));

    public async Task<ContactRow> FindAsync(Contact contact, IdType idType = IdType.OpenId, bool includeResigned = false, AppTenant? scope = null) =>
        Assert.Single(Value(await Directory.FindByContactAsync(scope ?? Scope(), idType, includeResigned, [contact], Bed.Call)));

    public Task<Outcome<IReadOnlyList<Person>>> GetAsync(IdType idType, AppTenant scope, params string[] ids) => Directory.GetUsersAsync(scope, idType, ids, Bed.Call);

    public async Task<List<DirectoryMember>> MembersAsync(DepartmentId department, string app = "default") =>
        await AllAsync(token => Directory.ListMembersAsync(Scope(app), department, token, Bed.Call));

    public async Task<List<Department>> ChildrenAsync(DepartmentId department, bool descendants, string app = "default") =>
        await AllAsync(token => Directory.ListChildrenAsync(Scope(app), department, descendants, token, Bed.Call));

    public Task ChangeAppAsync(string app, object change) => Truth.SendAsync(HttpMethod.Put, $"apps/{app}", change, Cancellation);

    public Task ChangeUserAsync(TrueUser user, object change) => Truth.SendAsync(HttpMethod.Patch, $"users/{user.TenantKey}/{user.UserId}", change, Cancellation);

    public Task FaultAsync(object fault) => Truth.SendAsync(HttpMethod.Put, "faults", fault, Cancellation);

    public async Task<long> CallsAsync(string api) => (await Truth.CallsAsync(Cancellation)).Where(calls => calls.Api == api).Sum(calls => calls.Calls);

    /// <summary>Gives the store app the ticket that the platform would push.</summary>
    public async Task PushTicketAsync()
    {
        var apps = await Truth.SendAsync(HttpMethod.Get, "apps", cancellationToken: Cancellation);
        var store = apps.GetProperty("apps").EnumerateArray().Single(app => app.GetProperty("name").GetString() == "store");
        await Tickets.PutAsync(new(Apps["store"].AppId), store.GetProperty("app_ticket").GetString()!, Cancellation);
    }

    public static Contact Email(string text) => Contact.TryParseEmail(text, out var contact, out var problem) ? contact : throw new ArgumentException(problem);

    public static Contact Mobile(string text) => Contact.TryParseMobile(text, out var contact, out var problem) ? contact : throw new ArgumentException(problem);

    public static T Value<T>(Outcome<T> outcome) where T : class => outcome.Succeeded ? outcome.Value : throw new InvalidOperationException(outcome.Failure.ToString());

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _sandbox.StopAsync(CancellationToken.None);
        await _sandbox.DisposeAsync();
        Truth.Dispose();
        var people = Users.Values.SelectMany(users => users).ToList();
        _observer.AssertSilentAbout([.. Apps.Values.Select(app => app.AppSecret), .. people.Select(user => user.Email).OfType<string>(),
            .. people.Select(user => user.Mobile).OfType<string>(), .. people.SelectMany(user => user.OpenIds.Values), "Bearer"]);
        _observer.Dispose();
    }

    private static async Task<List<T>> AllAsync<T>(Func<string?, Task<Outcome<Page<T>>>> read)
    {
        var all = new List<T>();
        for (string? token = null; ;)
        {
            var page = Value(await read(token));
            all.AddRange(page.Items);
            if ((token = page.NextPageToken) is null) return all;
        }
    }

    private FeishuApp Configured(TrueApp app) => new(
        new App(app.Name, new(app.AppId), new(app.Provider), [.. app.TenantKeys.Select(key => new TenantKey(key))]),
        app.Kind == "store" ? AppKind.Store : AppKind.Custom, new Uri(_sandbox.Urls.Single()), new AppSecret(app.AppSecret));
}

/// <summary>One sandbox for the tests of a class that change nothing in it.</summary>
public sealed class SharedSandboxBed : IAsyncLifetime
{
    public SandboxBed Bed { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Bed = await SandboxBed.StartAsync();

    public ValueTask DisposeAsync() => Bed.DisposeAsync();
}
