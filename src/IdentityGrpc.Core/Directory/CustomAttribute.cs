namespace IdentityGrpc.Core.Directory;

/// <summary>The kinds of a tenant's own fields (seed 004).</summary>
public enum CustomAttributeKind
{
    /// <summary>One that is not known here.</summary>
    Other,

    /// <summary>Plain text.</summary>
    Text,

    /// <summary>A page with its title.</summary>
    Link,

    /// <summary>One of the options that an administrator has set.</summary>
    Enumeration,

    /// <summary>One of the pictures that an administrator has set.</summary>
    Picture,

    /// <summary>Somebody else in the tenant.</summary>
    User,
}

/// <summary>The value of one of the tenant's own fields. What a kind does not have is null.</summary>
/// <param name="Id">The field, as the tenant's administration names it.</param>
/// <param name="Kind">The kind.</param>
public sealed record CustomAttribute(string Id, CustomAttributeKind Kind)
{
    /// <summary>The text, or a link's title.</summary>
    public string? Text { get; init; }

    /// <summary>A link's address.</summary>
    public string? Url { get; init; }

    /// <summary>A link's address on a computer, where it differs.</summary>
    public string? PcUrl { get; init; }

    /// <summary>The id of an option or picture.</summary>
    public string? OptionId { get; init; }

    /// <summary>An option's name.</summary>
    public string? OptionValue { get; init; }

    /// <summary>A picture's address.</summary>
    public string? PictureUrl { get; init; }

    /// <summary>A user's id as the platform gives it: the user_id.</summary>
    public string? UserId { get; init; }
}
