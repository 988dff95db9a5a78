namespace IdentityGrpc.Sandbox.Gateway;

/// <summary>
/// The points on which the reference is uncertain (§11) and the sandbox can go either way. Each has a default and one other setting.
/// </summary>
internal sealed class Switches
{
    private static readonly Definition[] Definitions =
    [
        new("U1", "fail", "omit"),
        new("U4", "fail", "omit"),
        new("U5", "reject", "accept"),
        new("U6", "accept", "reject"),
        new("U9", "omit", "fail"),
        new("U20", "fixed", "sliding"),
        new("U21", "changed", "complete"),
        new("U33", "anew", "same"),
        new("U34", "unknown", "answer"),
        new("CrossAppIds", "unnamed", "named"),
    ];

    private readonly bool[] other = new bool[Definitions.Length];

    /// <summary><c>users/batch</c> leaves an unknown id out instead of failing the call.</summary>
    public bool UsersBatchOmits => Volatile.Read(ref other[0]);

    /// <summary><c>departments/batch</c> leaves an unknown id out instead of failing the call.</summary>
    public bool DepartmentsBatchOmits => Volatile.Read(ref other[1]);

    /// <summary><c>batch_get_id</c> takes more than 50 of a kind.</summary>
    public bool ContactsUnlimited => Volatile.Read(ref other[2]);

    /// <summary><c>users/batch</c> refuses more than 50 ids.</summary>
    public bool UsersBatchLimited => Volatile.Read(ref other[3]);

    /// <summary><c>batch_get_id</c> for a user_id without its scope is refused instead of answered without the id.</summary>
    public bool MissingUserIdScopeFails => Volatile.Read(ref other[4]);

    /// <summary>Rate windows slide instead of starting anew each second and minute.</summary>
    public bool WindowsSlide => Volatile.Read(ref other[5]);

    /// <summary><c>old_object</c> of an event holds every field instead of the changed ones.</summary>
    public bool OldObjectIsComplete => Volatile.Read(ref other[6]);

    /// <summary>A resent event is the same byte for byte instead of signed anew.</summary>
    public bool ResendsSame => Volatile.Read(ref other[7]);

    /// <summary><c>users/batch</c> answers for resigned users.</summary>
    public bool UsersBatchAnswersResigned => Volatile.Read(ref other[8]);

    /// <summary>99992361 names the ids that belong to another app.</summary>
    public bool CrossAppIdsAreNamed => Volatile.Read(ref other[9]);

    public IEnumerable<KeyValuePair<string, string>> Current =>
        Definitions.Select((definition, i) => KeyValuePair.Create(definition.Name, other[i] ? definition.Other : definition.Standard));

    /// <summary>Sets a switch, or says what is wrong with the name or setting.</summary>
    public string? Set(string name, string setting)
    {
        var index = Array.FindIndex(Definitions, definition => definition.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (index < 0)
        {
            return $"There is no switch '{name}'; there are {string.Join(", ", Definitions.Select(definition => definition.Name))}.";
        }

        var definition = Definitions[index];
        if (setting != definition.Standard && setting != definition.Other)
        {
            return $"Switch {definition.Name} cannot be '{setting}'; it is '{definition.Standard}' (default) or '{definition.Other}'.";
        }

        Volatile.Write(ref other[index], setting == definition.Other);
        return null;
    }

    private sealed record Definition(string Name, string Standard, string Other);
}
