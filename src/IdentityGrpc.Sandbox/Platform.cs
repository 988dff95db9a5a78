using IdentityGrpc.Sandbox.Apps;
using IdentityGrpc.Sandbox.Directory;
using IdentityGrpc.Sandbox.Events;
using IdentityGrpc.Sandbox.Gateway;
using IdentityGrpc.Sandbox.Login;
using IdentityGrpc.Sandbox.Tokens;

namespace IdentityGrpc.Sandbox;

/// <summary>The whole simulated platform of one sandbox, put together once.</summary>
internal sealed class Platform : IDisposable
{
    public Platform(SandboxOptions options, TimeProvider time)
    {
        Time = time;
        Company = CompanyMaker.Make((ulong)options.Seed, options.Users, options.Departments);
        Apps = AppMaker.Make(Company, new AppLimits(options.PerSecond, options.PerMinute), ApiCatalog.All.Count);
        Tokens = new TokenStore(time);
        Logins = new Logins(Tokens, time);
        Authenticator = new Authenticator(Tokens);
        LogIds = new LogIds(time);
        PageTokens = new PageTokens(Company.Seed, time, TimeSpan.FromSeconds(options.PageTokenSeconds));
        Faults = new FaultBook((int)options.Seed);
        Events = new EventHub(Company, Apps, time, Switches);
        Tickets = new AppTickets(Apps, Events, time);
        Editor = new CompanyEditor(Company, time, Events.Publish);
        BigDepartment = options.BigDepartment;
        foreach (var (name, setting) in options.Switches)
        {
            Switches.Set(name, setting);
        }
    }

    public TimeProvider Time { get; }

    public Company Company { get; }

    public IReadOnlyList<App> Apps { get; }

    public TokenStore Tokens { get; }

    public Logins Logins { get; }

    public Authenticator Authenticator { get; }

    public LogIds LogIds { get; }

    public PageTokens PageTokens { get; }

    public FaultBook Faults { get; }

    /// <summary>Changes the directory; used under its write lock.</summary>
    public CompanyEditor Editor { get; }

    public EventHub Events { get; }

    public AppTickets Tickets { get; }

    public Switches Switches { get; } = new();

    /// <summary>Departments with more descendants than this refuse recursion (43010); 0 is none.</summary>
    public int BigDepartment { get; set; }

    public App? FindApp(string name) => Apps.FirstOrDefault(app => app.Name == name);

    public App? FindAppById(string id) => Apps.FirstOrDefault(app => app.Id == id);

    public void ChangeContactScope(App app, ContactScope scope)
    {
        var before = app.ContactScope;
        app.ContactScope = scope;
        Events.PublishScope(app, before, scope);
    }

    public void Dispose()
    {
        Tickets.Dispose();
        Events.Dispose();
        Company.Dispose();
    }
}
