using System.Text.Json;
using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Feishu.Http;

namespace IdentityGrpc.Feishu.Contacts;

/// <summary>The requests about people (reference §2, §3).</summary>
internal static class UsersApi
{
    private const string Base = "/open-apis/contact/v3/users";

    /// <summary><c>POST users/batch_get_id</c>.</summary>
    public static ApiRequest BatchGetId(IdType idType, bool includeResigned, IReadOnlyList<Contact> contacts)
    {
        var body = new ContactsBody
        {
            Emails = Of(contacts, ContactKind.Email),
            Mobiles = Of(contacts, ContactKind.Mobile),
            IncludeResigned = includeResigned,
        };
        string path = new UrlBuilder($"{Base}/batch_get_id").Query("user_id_type", PlatformNames.Of(idType)).ToString();
        return new(Apis.BatchGetId, HttpMethod.Post, path,
            ApiRequest.Data(FeishuJson.Default.EnvelopeContactIdList, list => RowReading.Contacts(list, idType)))
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(body, FeishuJson.Default.ContactsBody),
        };
    }

    /// <summary><c>GET users/batch</c>.</summary>
    public static ApiRequest Batch(IdType idType, IReadOnlyList<string> ids)
    {
        var url = new UrlBuilder($"{Base}/batch");
        foreach (string id in ids) url.Query("user_ids", id);
        return new(Apis.UsersBatch, HttpMethod.Get, url.Types(idType, DepartmentIdType.OpenDepartmentId).ToString(),
            ApiRequest.Data(FeishuJson.Default.EnvelopeUserList, RowReading.People))
        {
            Ids = ids,
        };
    }

    /// <summary><c>GET users/:user_id</c>.</summary>
    public static ApiRequest Single(IdType idType, string id) =>
        new(Apis.User, HttpMethod.Get, new UrlBuilder(Base).Segment(id).Types(idType, DepartmentIdType.OpenDepartmentId).ToString(),
            ApiRequest.Data(FeishuJson.Default.EnvelopeSingleUser, data => data.User is { } row ? RowReading.Person(row) : null))
        {
            Ids = [id],
        };

    /// <summary><c>GET users/find_by_department</c>.</summary>
    public static ApiRequest FindByDepartment(DepartmentId department, string? pageToken) =>
        Listing(Apis.FindByDepartment, new UrlBuilder($"{Base}/find_by_department").Query("department_id", department.Value), department.Type, pageToken);

    /// <summary><c>GET users</c>, the old listing: without a department, independent members (R34).</summary>
    public static ApiRequest Independent(string? pageToken) =>
        Listing(Apis.Users, new UrlBuilder(Base), DepartmentIdType.OpenDepartmentId, pageToken);

    private static ApiRequest Listing(string api, UrlBuilder url, DepartmentIdType departments, string? pageToken) =>
        new(api, HttpMethod.Get, url.Types(IdType.OpenId, departments).Page(UrlBuilder.PageSize, pageToken).ToString(),
            ApiRequest.Data(FeishuJson.Default.EnvelopeUserList, list => new Page<DirectoryMember>(
                RowReading.Members(list, departments == DepartmentIdType.OpenDepartmentId), RowReading.Next(list.HasMore, list.PageToken))));

    private static string[]? Of(IReadOnlyList<Contact> contacts, ContactKind kind)
    {
        var values = new List<string>(contacts.Count);
        foreach (var contact in contacts)
        {
            if (contact.Kind == kind) values.Add(contact.Value);
        }
        return values.Count > 0 ? values.ToArray() : null;
    }
}
