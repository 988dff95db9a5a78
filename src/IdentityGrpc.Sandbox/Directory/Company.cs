namespace IdentityGrpc.Sandbox.Directory;

/// <summary>
/// All tenants of the sandbox and the one lock around them: calls read together, a change of the control API waits for its turn.
/// </summary>
internal sealed class Company : IDisposable
{
    private readonly ReaderWriterLockSlim gate = new(LockRecursionPolicy.NoRecursion);
    private readonly List<Tenant> tenants = [];
    private readonly Dictionary<string, Tenant> tenantsByKey = new(StringComparer.Ordinal);

    public Company(ulong seed)
    {
        Seed = Hash.Mix(0x1DE7, seed);
        Ids = new PlatformIds(Seed);
        Contacts = new MadeContacts(Seed);
    }

    public ulong Seed { get; }

    public PlatformIds Ids { get; }

    public MadeContacts Contacts { get; }

    public IReadOnlyList<Tenant> Tenants => tenants;

    public Tenant? FindTenant(string key) => tenantsByKey.GetValueOrDefault(key);

    /// <summary>The tenant in which a person's number was made.</summary>
    public Tenant HomeOf(int number)
    {
        foreach (var tenant in tenants)
        {
            if (tenant.IsHomeOf(number))
            {
                return tenant;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(number), number, "No tenant made this person.");
    }

    public void Add(Tenant tenant)
    {
        tenants.Add(tenant);
        tenantsByKey.Add(tenant.Key, tenant);
    }

    public string OpenId(int app, Person person) => Ids.Write(new(IdKind.OpenId, app, person.Tenant.Index, person.Index));

    public string UnionId(int provider, Person person) => Ids.Write(new(IdKind.UnionId, provider, person.Tenant.Index, person.Index));

    /// <summary>Runs something beside other readers, or alone when it changes the directory.</summary>
    public TResult Guard<TState, TResult>(bool writes, TState state, Func<TState, TResult> run)
    {
        if (writes)
        {
            gate.EnterWriteLock();
        }
        else
        {
            gate.EnterReadLock();
        }

        try
        {
            return run(state);
        }
        finally
        {
            if (writes)
            {
                gate.ExitWriteLock();
            }
            else
            {
                gate.ExitReadLock();
            }
        }
    }

    public void Dispose() => gate.Dispose();
}
