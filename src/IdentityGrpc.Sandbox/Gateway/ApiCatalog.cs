using IdentityGrpc.Sandbox.Contact;
using IdentityGrpc.Sandbox.Login;
using IdentityGrpc.Sandbox.Tokens;

namespace IdentityGrpc.Sandbox.Gateway;

/// <summary>All APIs of the platform that the sandbox serves; anything else is its plain 404.</summary>
internal static class ApiCatalog
{
    public static readonly IReadOnlyList<Api> All =
    [
        .. ((Api[])
        [
            .. CustomAppTokens.Apis,
            .. StoreAppTokens.Apis,
            BatchGetId.Api,
            UsersBatch.Api,
            UsersBasicBatch.Api,
            UsersGet.Api,
            FindByDepartment.Api,
            UsersList.Api,
            .. UserWrites.Apis,
            DepartmentChildren.Api,
            DepartmentGet.Api,
            DepartmentsBatch.Api,
            DepartmentParents.Api,
            DepartmentsList.Api,
            DepartmentsSearch.Api,
            DepartmentWrites.Api,
            ScopesList.Api,
            UserSearch.Api,
            .. UserInfo.Apis,
            .. LoginTokens.Apis,
        ]).Select((api, index) => api with { Index = index }),
    ];

    /// <summary>The documentation's <c>:user_id</c> as a route's <c>{user_id}</c>.</summary>
    public static string Pattern(Api api) =>
        string.Join('/', api.Path.Split('/').Select(segment => segment.StartsWith(':') ? $"{{{segment[1..]}}}" : segment));
}
