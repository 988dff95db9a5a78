namespace IdentityGrpc.Sandbox.Directory;

/// <summary>Finds edited people by a contact or id; several resigned people may share one that an active person holds.</summary>
internal sealed class ContactIndex(IEqualityComparer<string> comparer)
{
    private readonly Dictionary<string, List<int>> people = new(comparer);

    public IReadOnlyList<int> Of(string key) => people.TryGetValue(key, out var found) ? found : [];

    public void Add(string? key, int index)
    {
        if (string.IsNullOrEmpty(key))
        {
            return;
        }

        if (!people.TryGetValue(key, out var found))
        {
            people[key] = found = [];
        }

        found.Add(index);
    }

    public void Remove(string? key, int index)
    {
        if (key is not null && people.TryGetValue(key, out var found) && found.Remove(index) && found.Count == 0)
        {
            people.Remove(key);
        }
    }
}
