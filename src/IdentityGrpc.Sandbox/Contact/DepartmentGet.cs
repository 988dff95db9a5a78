using IdentityGrpc.Sandbox.Apps;
using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Contact;

/// <summary>One department by id; the root bears the tenant's name (U17).</summary>
internal static class DepartmentGet
{
    public static readonly Api Api = new("GET", "/open-apis/contact/v3/departments/:department_id", Handle)
    {
        Scopes = [Scopes.ContactBase, .. Scopes.Wide],
        Tier = RateTier.Nine,
    };

    private static ApiError? Handle(ApiCall call)
    {
        call.CountKeys(1);
        if ((DepartmentIds.Read(call, call.PathValue("department_id"), out var department) ?? DepartmentIds.Authorize(call, department!)) is { } error)
        {
            return error;
        }

        call.Writer.WriteStartObject("department"u8);
        DepartmentWriter.WriteMembers(call, department!);
        call.Writer.WriteEndObject();
        return null;
    }
}
