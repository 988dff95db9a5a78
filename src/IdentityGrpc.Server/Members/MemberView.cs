using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Members;
using IdentityGrpc.Core.Resolution;
using IdentityGrpc.Server.Services;

namespace IdentityGrpc.Server.Members;

/// <summary>Turns the members of one walk into messages. Not thread-safe.</summary>
/// <param name="ids">The ids wanted.</param>
/// <param name="includeProfile">Whether profiles are wanted.</param>
/// <param name="shown">The profile fields that somebody has shown before.</param>
internal sealed class MemberView(IdTypes ids, bool includeProfile, ProfileFields shown) : IMemberView<V1.Member>
{
    // Shared by all members of all walks: nobody changes them.
    private static readonly (ProfileFields Fields, V1.Withheld[] Withheld)[] s_withheld =
    [
        (ProfileFields.Base, [Withheld("name", FieldScopes.Base), Withheld("en_name", FieldScopes.Base)]),
        (ProfileFields.Email, [Withheld("email", FieldScopes.Email)]),
        (ProfileFields.Mobile, [Withheld("mobile", FieldScopes.Mobile)]),
        (ProfileFields.Employment, [Withheld("enterprise_email", FieldScopes.Employment), Withheld("job_title", FieldScopes.Employment), Withheld("custom_attrs", FieldScopes.Employment)]),
        (ProfileFields.EmployeeNo, [Withheld("employee_no", FieldScopes.EmployeeNo)]),
        (ProfileFields.Leader, [Withheld("leader_user_id", FieldScopes.Leader)]),
    ];

    private static readonly V1.Withheld s_departments = Withheld("department_ids", FieldScopes.Departments);

    /// <summary>The profile fields that somebody has shown so far.</summary>
    public ProfileFields Shown { get; private set; } = shown;

    public void Look(IReadOnlyList<DirectoryMember> page)
    {
        foreach (var member in page) Shown |= member.Profile.Shown;
    }

    public V1.Member Show(DirectoryMember member)
    {
        var identity = Answers.Identity(FoundPerson.From(member.Person), ids, status: false);
        var message = new V1.Member { Identity = identity, DepartmentIds = { member.DepartmentIds ?? [] } };
        if (member.DepartmentIds is null) identity.Withheld.Add(s_departments);
        if (!includeProfile) return message;
        message.Profile = Profile(member.Profile);
        foreach (var (fields, withheld) in s_withheld)
        {
            if ((Shown & fields) == 0) identity.Withheld.Add(withheld);
        }
        return message;
    }

    public int SizeOf(V1.Member shown) => shown.CalculateSize() + 4; // the field's tag and length

    private static V1.Profile Profile(DirectoryProfile profile) => new()
    {
        Name = profile.Name ?? "",
        EnName = profile.EnName ?? "",
        Email = profile.Email ?? "",
        Mobile = profile.Mobile ?? "",
        EnterpriseEmail = profile.EnterpriseEmail ?? "",
        EmployeeNo = profile.EmployeeNo ?? "",
        JobTitle = profile.JobTitle ?? "",
        LeaderOpenId = profile.LeaderOpenId ?? "",
        CustomAttributes = { profile.CustomAttributes.Select(Attribute) },
    };

    private static V1.CustomAttribute Attribute(CustomAttribute attribute)
    {
        var message = new V1.CustomAttribute { Id = attribute.Id };
        switch (attribute.Kind)
        {
            case CustomAttributeKind.Text:
                message.Text = attribute.Text ?? "";
                break;
            case CustomAttributeKind.Link:
                message.Link = new() { Text = attribute.Text ?? "", Url = attribute.Url ?? "", PcUrl = attribute.PcUrl ?? "" };
                break;
            case CustomAttributeKind.Enumeration:
                message.Enumeration = new() { OptionId = attribute.OptionId ?? "", Value = attribute.OptionValue ?? "" };
                break;
            case CustomAttributeKind.Picture:
                message.Picture = new() { OptionId = attribute.OptionId ?? "", Url = attribute.PictureUrl ?? "" };
                break;
            case CustomAttributeKind.User:
                message.User = new() { UserId = attribute.UserId ?? "" };
                break;
        }
        return message;
    }

    private static V1.Withheld Withheld(string field, IReadOnlyList<string> scopes) => new() { Field = field, MissingScopes = { scopes.Take(Answers.MaxScopes) } };
}
