using IdentityGrpc.Sandbox.Directory;

namespace IdentityGrpc.Sandbox.Control;

/// <summary>Creates, changes, resigns and removes people. Members that are not sent stay as they are; null clears a contact.</summary>
internal static class UserChanges
{
    private const int MaxUserId = 64;

    public static bool Create(ControlCall call)
    {
        call.Knows("tenant_key", "name", "en_name", "email", "enterprise_email", "mobile", "user_id", "department_ids", "status", "job_title");
        if (call.FindTenant(call.Text("tenant_key")) is not { } tenant)
        {
            return true;
        }

        var name = call.Text("name");
        if (string.IsNullOrEmpty(name))
        {
            call.Mistakes.Add("name: it is needed.");
        }

        var blank = new PersonEdit
        {
            Name = name ?? "",
            EnName = name ?? "",
            UserId = tenant.NewUserId(),
            Departments = [Department.Root],
            JobTitle = "",
        };
        return Change(call, tenant, blank, edit => call.Platform.Editor.CreateUser(tenant, edit));
    }

    public static bool Update(ControlCall call)
    {
        call.Knows("name", "en_name", "email", "enterprise_email", "mobile", "user_id", "department_ids", "status", "job_title");
        return Find(call) is { } user && Change(call, user.Tenant, PersonEdit.Of(user), edit => call.Platform.Editor.UpdateUser(user, edit));
    }

    public static bool Remove(ControlCall call)
    {
        if (Find(call) is not { } user)
        {
            return false;
        }

        call.Platform.Editor.RemoveUser(user);
        return Done.Write(call);
    }

    private static bool Change(ControlCall call, Tenant tenant, PersonEdit before, Func<PersonEdit, Person> apply)
    {
        var next = before with
        {
            Name = call.Text("name", before.Name) ?? "",
            EnName = call.Text("en_name", before.EnName) ?? "",
            Email = call.Text("email", before.Email),
            EnterpriseEmail = call.Text("enterprise_email", before.EnterpriseEmail),
            Mobile = call.Text("mobile", before.Mobile),
            UserId = call.Text("user_id", before.UserId) ?? "",
            JobTitle = call.Text("job_title", before.JobTitle) ?? "",
            Departments = Departments(call, tenant) ?? before.Departments,
            Status = Status(call, before.Status),
        };
        if (next.UserId.Length is 0 or > MaxUserId || next.UserId.Any(char.IsWhiteSpace))
        {
            call.Mistakes.Add($"user_id: it has 1 to {MaxUserId} characters, none of them blank.");
        }

        if (next.Mobile is { } mobile && (mobile.Length < 5 || mobile[0] != '+' || !mobile.Skip(1).All(char.IsAsciiDigit)))
        {
            call.Mistakes.Add("mobile: it is not in E.164, '+' and digits.");
        }

        if (call.Mistakes.Count == 0)
        {
            UserTruth.Write(call.Writer, call.Platform, apply(next));
        }

        return true;
    }

    private static int[]? Departments(ControlCall call, Tenant tenant) =>
        call.Texts("department_ids") is { } ids ? [.. ids.Select(id => call.FindDepartment(tenant, id, "department_ids")?.Index ?? 0).Distinct()] : null;

    private static UserStatus Status(ControlCall call, UserStatus otherwise)
    {
        if (call.Text("status") is not { } text)
        {
            return otherwise;
        }

        if (!UserStatusNames.TryParse(text, out var status))
        {
            call.Mistakes.Add($"status: '{text}' is none of {string.Join(", ", UserStatusNames.All)}.");
        }

        return status;
    }

    private static Person? Find(ControlCall call)
    {
        var (key, id) = (call.PathValue("tenant_key"), call.PathValue("user_id"));
        var user = call.Platform.Company.FindTenant(key)?.FindByUserId(id);
        if (user is null)
        {
            call.Mistakes.Add($"Tenant '{key}' has no user '{id}'.");
        }

        return user;
    }
}
