using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Feishu.Contacts;

/// <summary>The platform's words for the kinds of id (reference §0).</summary>
internal static class PlatformNames
{
    public static string Of(IdType type) => type switch
    {
        IdType.OpenId => "open_id",
        IdType.UnionId => "union_id",
        _ => "user_id",
    };

    public static string Of(DepartmentIdType type) => type == DepartmentIdType.OpenDepartmentId ? "open_department_id" : "department_id";
}
