using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Feishu.Http;

namespace IdentityGrpc.Feishu.Contacts;

/// <summary>The requests about departments and the contact scope (reference §4).</summary>
internal static class DepartmentsApi
{
    private const string Base = "/open-apis/contact/v3/departments";
    private const int ScopePageSize = 100;

    /// <summary><c>GET departments/:department_id</c>.</summary>
    public static ApiRequest Single(DepartmentId department) =>
        new(Apis.Department, HttpMethod.Get, new UrlBuilder(Base).Segment(department.Value).Types(IdType.OpenId, department.Type).ToString(),
            ApiRequest.Data(FeishuJson.Default.EnvelopeSingleDepartment, data => data.Department is { } row ? RowReading.Department(row, IsOpen(department)) : null));

    /// <summary><c>GET departments/:department_id/children</c>.</summary>
    public static ApiRequest Children(DepartmentId department, bool descendants, string? pageToken) =>
        new(Apis.DepartmentChildren, HttpMethod.Get,
            new UrlBuilder(Base).Segment(department.Value).Segment("children").Types(IdType.OpenId, department.Type)
                .Query("fetch_child", descendants ? "true" : "false").Page(UrlBuilder.PageSize, pageToken).ToString(),
            ApiRequest.Data(FeishuJson.Default.EnvelopeDepartmentList, list => new Page<Department>(
                Departments(list, IsOpen(department)), RowReading.Next(list.HasMore, list.PageToken))));

    /// <summary><c>GET scopes</c>.</summary>
    public static ApiRequest Scopes(string? pageToken) =>
        new(Apis.Scopes, HttpMethod.Get,
            new UrlBuilder("/open-apis/contact/v3/scopes").Types(IdType.OpenId, DepartmentIdType.OpenDepartmentId).Page(ScopePageSize, pageToken).ToString(),
            ApiRequest.Data(FeishuJson.Default.EnvelopeScopeList, list => new ScopePage(
                list.DepartmentIds ?? [], list.UserIds ?? [], list.GroupIds ?? [], RowReading.Next(list.HasMore, list.PageToken))));

    private static List<Department> Departments(DepartmentList list, bool openDepartments)
    {
        var departments = new List<Department>(list.Items?.Count ?? 0);
        foreach (var row in list.Items ?? [])
        {
            if (RowReading.Department(row, openDepartments) is { } department) departments.Add(department);
        }
        return departments;
    }

    private static bool IsOpen(DepartmentId department) => department.Type == DepartmentIdType.OpenDepartmentId;
}
