using IdentityGrpc.Testing;

namespace IdentityGrpc.Cli.Tests.EndToEnd;

/// <summary>What is true of the people that app <c>default</c> can ask for, found without any code of the service.</summary>
public sealed class Truth
{
    private Truth(IReadOnlyList<TrueUser> users, IReadOnlyList<TrueDepartment> departments)
    {
        Users = users;
        Departments = departments;
    }

    /// <summary>The people of the app's tenant, those who have resigned included.</summary>
    public IReadOnlyList<TrueUser> Users { get; }

    /// <summary>Those who have not resigned.</summary>
    public IEnumerable<TrueUser> Present => Users.Where(user => !user.IsResigned);

    /// <summary>The departments of the tenant, the root aside.</summary>
    public IReadOnlyList<TrueDepartment> Departments { get; }

    public static async Task<Truth> ReadAsync(Uri sandbox)
    {
        using var truth = new SandboxTruth(sandbox);
        string tenant = (await truth.AppAsync("default")).TenantKeys.Single();
        return new(await truth.UsersAsync(tenant), await truth.DepartmentsAsync(tenant));
    }

    /// <summary>Who has an e-mail, written in any case, or a mobile, written with separators or without +86.</summary>
    public TrueUser? Find(string contact)
    {
        string text = contact.Trim();
        if (text.Contains('@', StringComparison.Ordinal)) return Users.SingleOrDefault(user => user.Email is { } email && EqualsInAscii(email, text));
        string digits = string.Concat(text.Where(char.IsAsciiDigit));
        string mobile = (text.StartsWith('+') ? "+" : "+86") + digits;
        return Users.SingleOrDefault(user => user.Mobile == mobile);
    }

    // Case is that of ASCII: the Kelvin sign is no k.
    private static bool EqualsInAscii(string left, string right) =>
        left.Length == right.Length && left.Zip(right).All(pair => char.IsAscii(pair.Second) && char.ToLowerInvariant(pair.First) == char.ToLowerInvariant(pair.Second));
}

/// <summary>Ids as the program prints them.</summary>
internal static class TrueUserExtensions
{
    /// <summary>open_id, union_id and user_id as an app of provider <c>sandbox</c> sees them.</summary>
    public static (string OpenId, string UnionId, string UserId) IdsFor(this TrueUser user, string app) => (user.OpenIds[app], user.UnionIds["sandbox"], user.UserId);
}
