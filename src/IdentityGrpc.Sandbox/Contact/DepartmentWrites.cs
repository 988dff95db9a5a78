using IdentityGrpc.Sandbox.Apps;
using IdentityGrpc.Sandbox.Directory;
using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Contact;

/// <summary>Gives a department another custom id (reference §4.2).</summary>
internal static class DepartmentWrites
{
    public static readonly Api Api = new("PATCH", "/open-apis/contact/v3/departments/:department_id/update_department_id", Handle)
    {
        Tokens = TokenKinds.Tenant,
        Scopes = [Scopes.UpdateDepartmentId],
        Writes = true,
    };

    private static ApiError? Handle(ApiCall call)
    {
        call.CountKeys(1);
        if (call.ReadBody(RequestJson.Default.NewDepartmentIdRequest, out var request) is { } malformed)
        {
            return malformed;
        }

        if (!DepartmentIds.IsCustomId(request.NewDepartmentId))
        {
            return Errors.Parameter;
        }

        if ((DepartmentIds.Read(call, call.PathValue("department_id"), out var department) ?? DepartmentIds.Authorize(call, department!)) is { } error)
        {
            return error;
        }

        if (department!.IsRoot || call.App.IsStore)
        {
            return Errors.NoDepartmentAuthorityToUpdateId;
        }

        try
        {
            call.Platform.Editor.UpdateDepartment(call.Tenant, department, department.Name, department.Parent!, request.NewDepartmentId!, department.Order);
            return null;
        }
        catch (RefusedChangeException e) when (e.Refusal == ChangeRefusal.DepartmentIdTaken)
        {
            return Errors.DepartmentIdExists;
        }
    }
}

/// <summary>The body of <c>update_department_id</c>.</summary>
internal sealed class NewDepartmentIdRequest
{
    public string? NewDepartmentId { get; init; }
}
