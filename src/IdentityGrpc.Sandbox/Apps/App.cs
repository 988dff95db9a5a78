using IdentityGrpc.Sandbox.Directory;

namespace IdentityGrpc.Sandbox.Apps;

/// <summary>An app of the sandbox. What the control API changes is replaced whole, so that calls in flight see one state or the other.</summary>
internal sealed class App
{
    private volatile Grants grants = new(Scopes.Fine);
    private volatile ContactScope contactScope = ContactScope.Everyone;
    private volatile string secret;
    private volatile bool enabled = true;
    private long limits;

    public App(int index, string name, string id, string secret, Provider provider, bool isStore, IEnumerable<Tenant> tenants, int apis)
    {
        (Index, Name, Id, Provider, IsStore, this.secret) = (index, name, id, provider, isStore, secret);
        Nowhere = new(this, null, apis);
        Installations = [.. tenants.Select(tenant => new Installation(this, tenant, apis))];
        Limits = AppLimits.Tier4;
    }

    public int Index { get; }

    public string Name { get; }

    /// <summary><c>cli_</c> and 16 hex digits.</summary>
    public string Id { get; }

    public Provider Provider { get; }

    /// <summary>A store (ISV) app may be installed in several tenants and gets its tokens by ticket (reference §1.2).</summary>
    public bool IsStore { get; }

    /// <summary>One for each tenant in which the app is installed.</summary>
    public IReadOnlyList<Installation> Installations { get; }

    /// <summary>For calls with the app's own token, which belongs to no tenant.</summary>
    public Installation Nowhere { get; }

    public string Secret
    {
        get => secret;
        set => secret = value;
    }

    /// <summary>False answers every call with 99991662.</summary>
    public bool Enabled
    {
        get => enabled;
        set => enabled = value;
    }

    public Grants Grants
    {
        get => grants;
        set => grants = value;
    }

    public ContactScope ContactScope
    {
        get => contactScope;
        set => contactScope = value;
    }

    public AppLimits Limits
    {
        get => AppLimits.Unpack(Interlocked.Read(ref limits));
        set => Interlocked.Exchange(ref limits, value.Pack());
    }

    public Installation? In(Tenant tenant) => Installations.FirstOrDefault(installation => installation.Tenant == tenant);
}
