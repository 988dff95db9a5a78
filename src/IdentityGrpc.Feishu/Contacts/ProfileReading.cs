using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Feishu.Contacts;

/// <summary>Reads the profile of a row, and which fields the row proves to be shown to the app.</summary>
internal static class ProfileReading
{
    /// <summary>The profile.</summary>
    public static DirectoryProfile Profile(UserRow row) => new()
    {
        Shown = Shown(row),
        Name = row.Name,
        EnName = row.EnName,
        Email = row.Email,
        Mobile = row.Mobile,
        EnterpriseEmail = row.EnterpriseEmail,
        EmployeeNo = row.EmployeeNo,
        JobTitle = row.JobTitle,
        LeaderOpenId = row.LeaderUserId,
        CustomAttributes = row.CustomAttrs is { Count: > 0 } attributes ? [.. attributes.Where(a => a.Id is not null).Select(Attribute)] : [],
    };

    // One field of a group shows that the others are open too: they are under the same scopes (reference §3.1).
    private static ProfileFields Shown(UserRow row)
    {
        var shown = ProfileFields.None;
        if (row.Name is not null || row.EnName is not null) shown |= ProfileFields.Base;
        if (row.HasEmail) shown |= ProfileFields.Email;
        if (row.HasMobile) shown |= ProfileFields.Mobile;
        if (row.DepartmentIds is not null) shown |= ProfileFields.Departments | ProfileFields.Leader;
        if (row.Status is not null || row.JobTitle is not null || row.EnterpriseEmail is not null || row.CustomAttrs is not null)
            shown |= ProfileFields.Employment | ProfileFields.EmployeeNo | ProfileFields.Leader;
        if (row.EmployeeNo is not null) shown |= ProfileFields.EmployeeNo;
        if (row.LeaderUserId is not null) shown |= ProfileFields.Leader;
        return shown;
    }

    private static CustomAttribute Attribute(CustomAttrRow row) => new(row.Id!, row.Type switch
    {
        "TEXT" => CustomAttributeKind.Text,
        "HREF" => CustomAttributeKind.Link,
        "ENUMERATION" => CustomAttributeKind.Enumeration,
        "PICTURE_ENUM" => CustomAttributeKind.Picture,
        "GENERIC_USER" => CustomAttributeKind.User,
        _ => CustomAttributeKind.Other,
    })
    {
        Text = row.Value?.Text,
        Url = row.Value?.Url,
        PcUrl = row.Value?.PcUrl,
        OptionId = row.Value?.OptionId,
        OptionValue = row.Value?.OptionValue,
        PictureUrl = row.Value?.PictureUrl,
        UserId = row.Value?.GenericUser?.Id,
    };
}
