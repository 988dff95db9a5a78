using System.Text.RegularExpressions;
using IdentityGrpc.Sandbox.Directory;
using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Contact;

/// <summary>Reads and writes department ids of the type that a call asked for; the root is <c>0</c> under either (R33, R38).</summary>
internal static partial class DepartmentIds
{
    public static string Write(ApiCall call, Department department) =>
        call.DepartmentIdType == DepartmentIdType.OpenDepartmentId ? department.OpenId : department.CustomId;

    /// <summary>Reads an id, or says that the call's type knows none like it: absent, of the other type, of another tenant (R39).</summary>
    public static ApiError? Read(ApiCall call, string id, out Department? department)
    {
        department = Find(call, id);
        return department is null ? Unknown(call, [id]) : null;
    }

    public static Department? Find(ApiCall call, string id) =>
        id == "0" ? call.Tenant.Root
        : call.DepartmentIdType == DepartmentIdType.DepartmentId ? call.Tenant.FindDepartmentByCustomId(id)
        : call.Company.Ids.TryRead(id, IdKind.Department, out var parts) && parts.Tenant == call.Tenant.Index ? call.Tenant.FindDepartment(parts.Index)
        : null;

    public static ApiError Unknown(ApiCall call, IReadOnlyList<string> ids) => call.DepartmentIdType == DepartmentIdType.OpenDepartmentId
        ? Errors.InvalidIds(99992357, "open_department_id", "od-4e6****4f0", ids)
        : Errors.InvalidIds(99992380, "department_id", "D096", ids);

    /// <summary>The root takes all-staff scope (U16), any other department a scope that holds it or one above it (R35).</summary>
    public static ApiError? Authorize(ApiCall call, Department department) =>
        (department.IsRoot ? call.SeesEveryone : call.CanSee(department)) ? null : Errors.NoDepartmentAuthority;

    /// <summary>Whether a text can be a custom id (reference §0): never <c>od-…</c> and never <c>0</c>.</summary>
    public static bool IsCustomId(string? id) => id is not null && CustomIdShape().IsMatch(id);

    [GeneratedRegex(@"^(?!od-)(?!0$)[a-zA-Z0-9][a-zA-Z0-9_\-@.]{0,63}$")]
    private static partial Regex CustomIdShape();
}
