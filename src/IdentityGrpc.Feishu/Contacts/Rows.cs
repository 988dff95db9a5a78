using System.Text.Json.Serialization;
using IdentityGrpc.Feishu.Http;

namespace IdentityGrpc.Feishu.Contacts;

/// <summary>The body of <c>batch_get_id</c> (reference §2).</summary>
internal sealed class ContactsBody
{
    public string[]? Emails { get; set; }

    public string[]? Mobiles { get; set; }

    public bool? IncludeResigned { get; set; }
}

/// <summary>The data of <c>batch_get_id</c>.</summary>
internal sealed class ContactIdList
{
    public IReadOnlyList<ContactIdRow>? UserList { get; set; }
}

/// <summary>A row of <c>batch_get_id</c>: <c>user_id</c> holds an id of whichever kind was asked for (R30).</summary>
internal sealed class ContactIdRow
{
    public string? UserId { get; set; }

    public string? Email { get; set; }

    public string? Mobile { get; set; }

    public StatusFlags? Status { get; set; }
}

/// <summary>A person's status, as flags (reference §3.1).</summary>
internal record struct StatusFlags(bool? IsFrozen, bool? IsResigned, bool? IsActivated, bool? IsExited, bool? IsUnjoin);

/// <summary>A person (reference §3.1): the fields that the service uses.</summary>
internal sealed class UserRow
{
    public string? OpenId { get; set; }

    public string? UnionId { get; set; }

    public string? UserId { get; set; }

    public string? Name { get; set; }

    public string? EnName { get; set; }

    public string? Email
    {
        get;
        set => (field, HasEmail) = (value, true);
    }

    /// <summary>Whether the platform sent the field, if only empty: then the app may see it (reference §0).</summary>
    [JsonIgnore]
    public bool HasEmail { get; private set; }

    public string? Mobile
    {
        get;
        set => (field, HasMobile) = (value, true);
    }

    /// <summary>The same for the mobile.</summary>
    [JsonIgnore]
    public bool HasMobile { get; private set; }

    public string? EnterpriseEmail { get; set; }

    public string? EmployeeNo { get; set; }

    public string? JobTitle { get; set; }

    public string? LeaderUserId { get; set; }

    public IReadOnlyList<string>? DepartmentIds { get; set; }

    public StatusFlags? Status { get; set; }

    public IReadOnlyList<CustomAttrRow>? CustomAttrs { get; set; }
}

/// <summary>A value of one of the tenant's own fields.</summary>
internal sealed class CustomAttrRow
{
    public string? Id { get; set; }

    public string? Type { get; set; }

    [JsonConverter(typeof(LenientObjectConverter<CustomAttrValue>))]
    public CustomAttrValue? Value { get; set; }
}

/// <summary>What the kinds of fields hold (seed 004).</summary>
internal sealed class CustomAttrValue
{
    public string? Text { get; set; }

    public string? Url { get; set; }

    public string? PcUrl { get; set; }

    public string? OptionId { get; set; }

    public string? OptionValue { get; set; }

    public string? PictureUrl { get; set; }

    [JsonConverter(typeof(LenientObjectConverter<GenericUser>))]
    public GenericUser? GenericUser { get; set; }
}

/// <summary>A reference to somebody.</summary>
internal sealed class GenericUser
{
    public string? Id { get; set; }
}

/// <summary>The data of one person.</summary>
internal sealed class SingleUser
{
    public UserRow? User { get; set; }
}

/// <summary>The data of a page of people, or of a batch.</summary>
internal sealed class UserList
{
    public IReadOnlyList<UserRow>? Items { get; set; }

    public bool? HasMore { get; set; }

    public string? PageToken { get; set; }
}

/// <summary>A department (reference §4.1): the fields that the service uses.</summary>
internal sealed class DepartmentRow
{
    public string? OpenDepartmentId { get; set; }

    public string? ParentDepartmentId { get; set; }

    public int? MemberCount { get; set; }
}

/// <summary>The data of one department.</summary>
internal sealed class SingleDepartment
{
    public DepartmentRow? Department { get; set; }
}

/// <summary>The data of a page of departments.</summary>
internal sealed class DepartmentList
{
    public IReadOnlyList<DepartmentRow>? Items { get; set; }

    public bool? HasMore { get; set; }

    public string? PageToken { get; set; }
}

/// <summary>The data of a page of the contact scope.</summary>
internal sealed class ScopeList
{
    public IReadOnlyList<string>? DepartmentIds { get; set; }

    public IReadOnlyList<string>? UserIds { get; set; }

    public IReadOnlyList<string>? GroupIds { get; set; }

    public bool? HasMore { get; set; }

    public string? PageToken { get; set; }
}
