using IdentityGrpc.Sandbox.Apps;
using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Contact;

/// <summary>Departments by a part of their name, for a login user.</summary>
internal static class DepartmentsSearch
{
    public static readonly Api Api = new("POST", "/open-apis/contact/v3/departments/search", Handle)
    {
        Tokens = TokenKinds.User,
        Scopes = [Scopes.ContactBase, Scopes.DepartmentSearch, Scopes.AccessAsApp, Scopes.ReadonlyAsApp],
    };

    private static ApiError? Handle(ApiCall call)
    {
        if (call.ReadBody(RequestJson.Default.SearchRequest, out var request) is { } malformed)
        {
            return malformed;
        }

        if (string.IsNullOrEmpty(request.Query))
        {
            return Errors.SearchQuery;
        }

        if (Page.Read(call, standard: 20, most: 50, out var page, request.Query) is { } invalid)
        {
            return invalid;
        }

        DepartmentChildren.WritePage(call, call.Tenant.Departments.Where(department => !department.IsRoot && !department.Deleted
            && department.Index > page.After && department.Name.Contains(request.Query, StringComparison.OrdinalIgnoreCase)), page);
        return null;
    }
}

/// <summary>The body of <c>departments/search</c>.</summary>
internal sealed class SearchRequest
{
    public string? Query { get; init; }
}
