using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using IdentityGrpc.Sandbox.Apps;
using IdentityGrpc.Sandbox.Directory;
using IdentityGrpc.Sandbox.Tokens;
using Microsoft.Extensions.Primitives;

namespace IdentityGrpc.Sandbox.Gateway;

/// <summary>One call on its way through the gateway: what was sent, who sent it, and where the answer is written.</summary>
internal sealed class ApiCall(Platform platform, Api api, HttpContext http, ReadOnlyMemory<byte> body, Utf8JsonWriter writer)
{
    private readonly IQueryCollection query = http.Request.Query;

    public Platform Platform => platform;

    public Company Company => platform.Company;

    public Api Api => api;

    public Utf8JsonWriter Writer => writer;

    /// <summary>The token's grant; null for APIs without a token.</summary>
    public Grant? Grant { get; private set; }

    /// <summary>The app and tenant that the call counts for, once they are known.</summary>
    public Installation? Caller { get; private set; }

    public Installation Installation => Caller!;

    public App App => Installation.App;

    /// <summary>The tenant of the token. Only APIs that take tenant or user tokens may ask for it.</summary>
    public Tenant Tenant => Installation.Tenant!;

    public bool IsUserToken => Grant!.Kind == TokenKind.User;

    /// <summary>What the token may do: an app's scopes, or the part of them that a login user granted.</summary>
    public Grants Grants => Grant!.Grants;

    public UserIdType UserIdType { get; private set; }

    public DepartmentIdType DepartmentIdType { get; private set; }

    public string? Authorization => http.Request.Headers.Authorization;

    public string PathValue(string name) => (string?)http.Request.RouteValues[name] ?? "";

    /// <summary>All parameters of the path and the query.</summary>
    public IEnumerable<KeyValuePair<string, StringValues>> Parameters =>
        query.Concat(http.Request.RouteValues.Select(pair => KeyValuePair.Create(":" + pair.Key, new StringValues(pair.Value as string))));

    public string? Query(string name) => query.TryGetValue(name, out var values) && values.Count > 0 ? values[0] : null;

    /// <summary>A repeated parameter, <c>user_ids=a&amp;user_ids=b</c>.</summary>
    public string[] QueryAll(string name) => query.TryGetValue(name, out var values) ? [.. values.Select(value => value ?? "")] : [];

    public void Authorize(Grant grant)
    {
        Grant = grant;
        CountFor(grant.Installation);
    }

    /// <summary>Lets a call without a token count as that of the app which it named.</summary>
    public void CountFor(Installation caller)
    {
        Caller = caller;
        caller.Meter(api.Index).CountCall();
    }

    public void CountKeys(int count) => Installation.Meter(api.Index).CountKeys(count);

    /// <summary>An app's contact scope; a user token sees that user's organisation instead, here the whole tenant (R23).</summary>
    public bool CanSee(Person person) => person.Tenant == Tenant && (IsUserToken || App.ContactScope.Contains(person));

    public bool CanSee(Department department) => IsUserToken || App.ContactScope.Contains(department);

    public bool SeesEveryone => IsUserToken || App.ContactScope.All;

    public ApiError? ReadIdTypes()
    {
        var users = Query("user_id_type");
        var departments = Query("department_id_type");
        UserIdType = users switch { "union_id" => UserIdType.UnionId, "user_id" => UserIdType.UserId, _ => UserIdType.OpenId };
        DepartmentIdType = departments == "department_id" ? DepartmentIdType.DepartmentId : DepartmentIdType.OpenDepartmentId;
        return users is not (null or "" or "open_id" or "union_id" or "user_id")
            ? Errors.Validation("user_id_type", users, "options: [open_id,union_id,user_id]")
            : departments is not (null or "" or "open_department_id" or "department_id")
                ? Errors.Validation("department_id_type", departments, "options: [open_department_id,department_id]")
                : null;
    }

    public ApiError? ReadPageSize(int standard, int most, out int size)
    {
        size = standard;
        var text = Query("page_size");
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out size))
        {
            return Errors.Validation("page_size", text, "page_size is not an integer");
        }

        return size < 1 || size > most ? Errors.PageSize : null;
    }

    public ApiError? ReadFlag(string name, out bool value)
    {
        var text = Query(name);
        value = text is "true" or "True" or "1";
        return value || text is null or "" or "false" or "False" or "0" ? null : Errors.Validation(name, text, "options: [true,false]");
    }

    public ApiError? ReadBody<T>(JsonTypeInfo<T> type, out T value)
        where T : class, new()
    {
        value = new T();
        if (body.IsEmpty)
        {
            return null;
        }

        try
        {
            value = JsonSerializer.Deserialize(body.Span, type) ?? value;
            return null;
        }
        catch (JsonException e)
        {
            return Errors.Validation(e.Path?.TrimStart('$', '.') is { Length: > 0 } path ? path : "body", "", "is not valid JSON of the documented type");
        }
    }
}

internal enum UserIdType
{
    OpenId,
    UnionId,
    UserId,
}

internal enum DepartmentIdType
{
    OpenDepartmentId,
    DepartmentId,
}
