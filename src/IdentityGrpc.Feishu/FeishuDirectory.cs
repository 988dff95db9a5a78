using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Feishu.Contacts;
using IdentityGrpc.Feishu.Http;

namespace IdentityGrpc.Feishu;

/// <summary>The platform's directory over its HTTP API.</summary>
public sealed class FeishuDirectory : IDirectory
{
    /// <summary>The longest URL that is sent: servers commonly refuse request lines over 8 KiB, and one long id must not spoil a batch.</summary>
    private const int MaxUrl = 7_000;

    private const int MaxKeys = 50;

    private static readonly Failure s_longUrl = new(FailureReason.InvalidInput, "The ids make too long a URL.") { InvalidIds = [] };

    private readonly ApiCaller _caller;

    internal FeishuDirectory(ApiCaller caller) => _caller = caller;

    /// <inheritdoc/>
    public Task<Outcome<IReadOnlyList<ContactRow>>> FindByContactAsync(AppTenant scope, IdType idType, bool includeResigned,
        IReadOnlyList<Contact> contacts, CallContext call)
    {
        int emails = contacts.Count(contact => contact.Kind == ContactKind.Email);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Max(emails, contacts.Count - emails), MaxKeys, nameof(contacts));
        return _caller.CallAsync<IReadOnlyList<ContactRow>>(UsersApi.BatchGetId(idType, includeResigned, contacts), scope, call);
    }

    /// <inheritdoc/>
    public Task<Outcome<IReadOnlyList<Person>>> GetUsersAsync(AppTenant scope, IdType idType, IReadOnlyList<string> ids, CallContext call)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ids.Count, MaxKeys, nameof(ids));
        var request = UsersApi.Batch(idType, ids);
        return ids.Count > 1 && request.PathAndQuery.Length > MaxUrl
            ? Task.FromResult((Outcome<IReadOnlyList<Person>>)s_longUrl)
            : _caller.CallAsync<IReadOnlyList<Person>>(request, scope, call);
    }

    /// <inheritdoc/>
    public Task<Outcome<Person>> GetUserAsync(AppTenant scope, IdType idType, string id, CallContext call) => IsPathSegment(id)
        ? _caller.CallAsync<Person>(UsersApi.Single(idType, id), scope, call)
        : Task.FromResult((Outcome<Person>)Failure.Invalid("An id of dots alone cannot be asked about."));

    /// <inheritdoc/>
    public Task<Outcome<Department>> GetDepartmentAsync(AppTenant scope, DepartmentId department, CallContext call) => IsPathSegment(department.Value)
        ? _caller.CallAsync<Department>(DepartmentsApi.Single(department), scope, call)
        : Task.FromResult((Outcome<Department>)InvalidDepartment());

    /// <inheritdoc/>
    public Task<Outcome<Page<Department>>> ListChildrenAsync(AppTenant scope, DepartmentId department, bool descendants, string? pageToken, CallContext call) => IsPathSegment(department.Value)
        ? _caller.CallAsync<Page<Department>>(DepartmentsApi.Children(department, descendants, pageToken), scope, call)
        : Task.FromResult((Outcome<Page<Department>>)InvalidDepartment());

    /// <inheritdoc/>
    public Task<Outcome<Page<DirectoryMember>>> ListMembersAsync(AppTenant scope, DepartmentId department, string? pageToken, CallContext call) =>
        _caller.CallAsync<Page<DirectoryMember>>(UsersApi.FindByDepartment(department, pageToken), scope, call);

    /// <inheritdoc/>
    public Task<Outcome<Page<DirectoryMember>>> ListIndependentMembersAsync(AppTenant scope, string? pageToken, CallContext call) =>
        _caller.CallAsync<Page<DirectoryMember>>(UsersApi.Independent(pageToken), scope, call);

    /// <inheritdoc/>
    public Task<Outcome<ScopePage>> ListScopesAsync(AppTenant scope, string? pageToken, CallContext call) =>
        _caller.CallAsync<ScopePage>(DepartmentsApi.Scopes(pageToken), scope, call);

    /// <summary>Whether it can stand in a path: a dot segment would lead elsewhere, encoded or not (RFC 3986 §5.2.4).</summary>
    private static bool IsPathSegment(string id) => id is not ("" or "." or "..");

    private static Failure InvalidDepartment() => Failure.Invalid("A department id begins with a letter or a digit.");
}
