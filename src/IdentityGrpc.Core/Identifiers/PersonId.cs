using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace IdentityGrpc.Core.Identifiers;

/// <summary>
/// An identifier of a person together with the scope in which it means that person: an open_id knows its app
/// and tenant, a union_id its provider and tenant, a user_id its tenant. Two ids are equal only where all of
/// that is.
/// </summary>
public readonly record struct PersonId
{
    /// <summary>The greatest length of an identifier that is sent to the platform (reference §0).</summary>
    public const int MaxLength = 64;

    private const string OpenIdPrefix = "ou_";
    private const string UnionIdPrefix = "on_";

    private PersonId(IdType type, string value, string issuer, TenantKey tenant)
    {
        Type = type;
        Value = value;
        Issuer = issuer;
        Tenant = tenant;
    }

    /// <summary>The kind.</summary>
    public IdType Type { get; }

    /// <summary>The platform's text.</summary>
    public string Value { get; }

    /// <summary>Who gave the id within the tenant: the app of an open_id, the provider of a union_id; empty for a user_id.</summary>
    public string Issuer { get; }

    /// <summary>The tenant.</summary>
    public TenantKey Tenant { get; }

    /// <summary>The id as the given app in its tenant understands it.</summary>
    public static PersonId Of(AppTenant scope, IdType type, string value) => new(type, value, type switch
    {
        IdType.OpenId => scope.App.Value,
        IdType.UnionId => scope.Provider.Value,
        _ => "",
    }, scope.Tenant);

    /// <summary>The kind that the prefix tells: <c>ou_</c> open_id, <c>on_</c> union_id, else user_id.</summary>
    public static IdType TypeByPrefix(string value) =>
        value.StartsWith(OpenIdPrefix, StringComparison.Ordinal) ? IdType.OpenId
        : value.StartsWith(UnionIdPrefix, StringComparison.Ordinal) ? IdType.UnionId
        : IdType.UserId;

    /// <summary>Reads an id that a caller sent; spaces around it are ignored.</summary>
    /// <param name="scope">The app and tenant by whose eyes it is read.</param>
    /// <param name="type">Its kind; null: by its prefix.</param>
    /// <param name="text">What the caller sent.</param>
    /// <param name="id">The id.</param>
    /// <param name="problem">What is wrong and what is allowed; never contains the text.</param>
    public static bool TryParse(AppTenant scope, IdType? type, string text, out PersonId id, [NotNullWhen(false)] out string? problem)
    {
        var value = text.AsSpan().Trim();
        var kind = type ?? TypeByPrefix(value.ToString());
        problem = value.Length switch
        {
            0 => "The id is empty.",
            > MaxLength => $"The id is longer than {MaxLength} characters.",
            _ when HoldsBlankOrControl(value) => "The id holds a blank or a control character.",
            // A user_id is what the tenant chose (R8); the others are the platform's own.
            _ when kind != IdType.UserId && !Ascii.IsValid(value) => "An open_id or union_id holds no character outside ASCII.",
            _ when kind == IdType.OpenId && !value.StartsWith(OpenIdPrefix) => "An open_id begins with ou_.",
            _ when kind == IdType.UnionId && !value.StartsWith(UnionIdPrefix) => "A union_id begins with on_.",
            _ => null,
        };
        id = problem is null ? Of(scope, kind, value.ToString()) : default;
        return problem is null;
    }

    /// <summary>The kind alone: an id names a person and stays out of logs.</summary>
    public override string ToString() => Type.ToString();

    private static bool HoldsBlankOrControl(ReadOnlySpan<char> value)
    {
        foreach (char c in value)
        {
            if (char.IsWhiteSpace(c) || char.IsControl(c)) return true;
        }
        return false;
    }
}
