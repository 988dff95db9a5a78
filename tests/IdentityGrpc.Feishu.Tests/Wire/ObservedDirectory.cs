using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Feishu.Tests.Wire;

/// <summary>Notes what every failure and exception says, so that the whole suite is held against it.</summary>
public sealed class ObservedDirectory(IDirectory directory, Observer observer) : IDirectory
{
    public Task<Outcome<IReadOnlyList<ContactRow>>> FindByContactAsync(AppTenant scope, IdType idType, bool includeResigned, IReadOnlyList<Contact> contacts, CallContext call) =>
        NoteAsync(directory.FindByContactAsync(scope, idType, includeResigned, contacts, call));

    public Task<Outcome<IReadOnlyList<Person>>> GetUsersAsync(AppTenant scope, IdType idType, IReadOnlyList<string> ids, CallContext call) =>
        NoteAsync(directory.GetUsersAsync(scope, idType, ids, call));

    public Task<Outcome<Person>> GetUserAsync(AppTenant scope, IdType idType, string id, CallContext call) =>
        NoteAsync(directory.GetUserAsync(scope, idType, id, call));

    public Task<Outcome<Department>> GetDepartmentAsync(AppTenant scope, DepartmentId department, CallContext call) =>
        NoteAsync(directory.GetDepartmentAsync(scope, department, call));

    public Task<Outcome<Page<Department>>> ListChildrenAsync(AppTenant scope, DepartmentId department, bool descendants, string? pageToken, CallContext call) =>
        NoteAsync(directory.ListChildrenAsync(scope, department, descendants, pageToken, call));

    public Task<Outcome<Page<DirectoryMember>>> ListMembersAsync(AppTenant scope, DepartmentId department, string? pageToken, CallContext call) =>
        NoteAsync(directory.ListMembersAsync(scope, department, pageToken, call));

    public Task<Outcome<Page<DirectoryMember>>> ListIndependentMembersAsync(AppTenant scope, string? pageToken, CallContext call) =>
        NoteAsync(directory.ListIndependentMembersAsync(scope, pageToken, call));

    public Task<Outcome<ScopePage>> ListScopesAsync(AppTenant scope, string? pageToken, CallContext call) =>
        NoteAsync(directory.ListScopesAsync(scope, pageToken, call));

    private async Task<Outcome<T>> NoteAsync<T>(Task<Outcome<T>> call) where T : class
    {
        try
        {
            var outcome = await call;
            if (outcome.Failure is { } failure) observer.Texts.Enqueue($"{failure.Message} {string.Join(' ', failure.MissingScopes)}");
            return outcome;
        }
        catch (Exception e)
        {
            observer.Texts.Enqueue(e.ToString());
            throw;
        }
    }
}
