using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Directory;

/// <summary>
/// The platform's directory, one call a method. Expected trouble comes back as a <see cref="Failure"/>; the only
/// exception is <see cref="OperationCanceledException"/> for the given token.
/// </summary>
/// <remarks>
/// The first try spends <see cref="CallContext.Permit"/>, which is told when the call is sent and answered; every further try takes its own.
/// Tokens, retries, breakers and the reading of codes are the implementation's.
/// </remarks>
public interface IDirectory
{
    /// <summary><c>POST users/batch_get_id</c>: at most 50 e-mails and 50 mobiles (reference §2).</summary>
    /// <returns>The echoed rows in no promised order; a contact without a row was not answered.</returns>
    Task<Outcome<IReadOnlyList<ContactRow>>> FindByContactAsync(AppTenant scope, IdType idType, bool includeResigned,
        IReadOnlyList<Contact> contacts, CallContext call);

    /// <summary><c>GET users/batch</c>: at most 50 ids (reference §3.2).</summary>
    /// <returns>The visible people in no promised order; <see cref="Failure.InvalidIds"/> where bad ids spoiled the call (U1).</returns>
    Task<Outcome<IReadOnlyList<Person>>> GetUsersAsync(AppTenant scope, IdType idType, IReadOnlyList<string> ids, CallContext call);

    /// <summary><c>GET users/:user_id</c>: the only call that answers for resigned people (R28).</summary>
    Task<Outcome<Person>> GetUserAsync(AppTenant scope, IdType idType, string id, CallContext call);

    /// <summary><c>GET departments/:department_id</c>.</summary>
    Task<Outcome<Department>> GetDepartmentAsync(AppTenant scope, DepartmentId department, CallContext call);

    /// <summary><c>GET departments/:department_id/children</c>, a page of at most 50.</summary>
    /// <param name="scope">The app and tenant.</param>
    /// <param name="department">The parent.</param>
    /// <param name="descendants">All levels below (<c>fetch_child</c>), not only the next.</param>
    /// <param name="pageToken">Null: the first page.</param>
    /// <param name="call">The call.</param>
    Task<Outcome<Page<Department>>> ListChildrenAsync(AppTenant scope, DepartmentId department, bool descendants, string? pageToken, CallContext call);

    /// <summary><c>GET users/find_by_department</c>: direct members only (R37), a page of at most 50.</summary>
    Task<Outcome<Page<DirectoryMember>>> ListMembersAsync(AppTenant scope, DepartmentId department, string? pageToken, CallContext call);

    /// <summary><c>GET users</c> without a department: independent members only (R34), a page of at most 50.</summary>
    Task<Outcome<Page<DirectoryMember>>> ListIndependentMembersAsync(AppTenant scope, string? pageToken, CallContext call);

    /// <summary><c>GET scopes</c>: what the app's contact scope names, a page of at most 100.</summary>
    Task<Outcome<ScopePage>> ListScopesAsync(AppTenant scope, string? pageToken, CallContext call);
}
