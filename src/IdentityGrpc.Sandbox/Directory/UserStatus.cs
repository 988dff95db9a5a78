namespace IdentityGrpc.Sandbox.Directory;

/// <summary>Where a person stands in the life cycle of reference §3.1: unjoined → activated ⇄ frozen → exited → resigned.</summary>
internal enum UserStatus
{
    Activated,
    Frozen,
    Resigned,
    Exited,
    Unjoined,
}

internal static class UserStatusNames
{
    private static readonly string[] Names = ["activated", "frozen", "resigned", "exited", "unjoined"];

    public static IReadOnlyList<string> All => Names;

    public static string Name(this UserStatus status) => Names[(int)status];

    public static bool TryParse(string text, out UserStatus status)
    {
        var index = Array.IndexOf(Names, text);
        status = (UserStatus)Math.Max(0, index);
        return index >= 0;
    }
}
