namespace IdentityGrpc.Sandbox.Apps;

/// <summary>The scopes that an app or a login was granted.</summary>
internal sealed class Grants(IReadOnlyCollection<string> scopes)
{
    private readonly HashSet<string> held = [.. scopes];

    public IReadOnlyCollection<string> Scopes => scopes;

    public FieldScopes Fields { get; } = Apps.Scopes.Fields(scopes.ToHashSet());

    public bool HasAny(string[] wanted)
    {
        foreach (var scope in wanted)
        {
            if (held.Contains(scope))
            {
                return true;
            }
        }

        return wanted.Length == 0;
    }

    public bool Has(FieldScopes field) => (Fields & field) != 0;
}
