using IdentityGrpc.Sandbox.Apps;
using IdentityGrpc.Sandbox.Directory;
using IdentityGrpc.Sandbox.Gateway;
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
        Authenticator = new Authenticator(Tokens);
        LogIds = new LogIds(time);
        PageTokens = new PageTokens(Company.Seed, time, TimeSpan.FromSeconds(options.PageTokenSeconds));
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

    public Authenticator Authenticator { get; }

    public LogIds LogIds { get; }

    public PageTokens PageTokens { get; }

    public Switches Switches { get; } = new();

    /// <summary>Departments with more descendants than this refuse recursion (43010); 0 is none.</summary>
    public int BigDepartment { get; set; }

    public App? FindApp(string name) => Apps.FirstOrDefault(app => app.Name == name);

    public App? FindAppById(string id) => Apps.FirstOrDefault(app => app.Id == id);

    public void Dispose() => Company.Dispose();
}
