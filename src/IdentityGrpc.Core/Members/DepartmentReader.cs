using System.Runtime.CompilerServices;
using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Members;

/// <summary>A page of members as it was read.</summary>
/// <param name="Outcome">The page.</param>
/// <param name="PageToken">The token that it was asked for with; null: the first.</param>
/// <param name="AskedAt">When it was asked for.</param>
public readonly record struct MemberPage(Outcome<Page<DirectoryMember>> Outcome, string? PageToken, DateTimeOffset AskedAt);

/// <summary>Reads departments and their members page by page, a permit of the budget a page.</summary>
public sealed class DepartmentReader(IDirectory directory, IBudget budget, TimeProvider time)
{
    private const int BadPageToken = 40012;

    private static readonly Failure s_endless = new(FailureReason.UpstreamUnavailable, "The platform repeats a page_token without end.");

    /// <summary>Reads one department.</summary>
    public async Task<Outcome<Department>> GetAsync(AppTenant scope, DepartmentId id, CallContext call) =>
        await budget.TakeAsync(new(Apis.Department, scope), call) is { } refused ? refused : await directory.GetDepartmentAsync(scope, id, call);

    /// <summary>Lists all departments below one, as open_department_id.</summary>
    public async Task<Outcome<IReadOnlyList<string>>> ListBelowAsync(AppTenant scope, string department, CallContext call)
    {
        var found = new List<string>();
        var pages = ReadPagesAsync(new(Apis.DepartmentChildren, scope), null, call,
            token => directory.ListChildrenAsync(scope, DepartmentId.Open(department), descendants: true, token, call));
        await foreach (var (page, _, _) in pages)
        {
            if (page.Failure is { } failure) return failure;
            found.AddRange(page.Value!.Items.Select(d => d.OpenDepartmentId));
        }
        return found;
    }

    /// <summary>Reads the direct members of a department. A failure is the last page.</summary>
    /// <param name="scope">By whose eyes.</param>
    /// <param name="department">The department.</param>
    /// <param name="pageToken">Where to begin; a token that has expired begins at the first page again.</param>
    /// <param name="call">The call.</param>
    public IAsyncEnumerable<MemberPage> ReadMembersAsync(AppTenant scope, string department, string? pageToken, CallContext call) =>
        AsMemberPages(ReadPagesAsync(new(Apis.FindByDepartment, scope), pageToken, call,
            token => directory.ListMembersAsync(scope, DepartmentId.Open(department), token, call)));

    /// <summary>Reads the independent members (R34). A failure is the last page.</summary>
    public IAsyncEnumerable<MemberPage> ReadIndependentAsync(AppTenant scope, string? pageToken, CallContext call) =>
        AsMemberPages(ReadPagesAsync(new(Apis.Users, scope), pageToken, call, token => directory.ListIndependentMembersAsync(scope, token, call)));

    private static async IAsyncEnumerable<MemberPage> AsMemberPages(IAsyncEnumerable<(Outcome<Page<DirectoryMember>>, string?, DateTimeOffset)> pages)
    {
        await foreach (var (page, token, askedAt) in pages)
        {
            yield return new(page, token, askedAt);
        }
    }

    private async IAsyncEnumerable<(Outcome<Page<T>> Page, string? Token, DateTimeOffset AskedAt)> ReadPagesAsync<T>(
        BudgetKey api, string? from, CallContext call, Func<string?, Task<Outcome<Page<T>>>> read, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var seen = new HashSet<string>();
        string? token = from;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await budget.TakeAsync(api, call) is { } refused)
            {
                yield return (refused, token, time.GetUtcNow());
                yield break;
            }
            var askedAt = time.GetUtcNow();
            var page = await read(token);
            if (page.Failure is { Code: BadPageToken } && token is not null && token == from)
            {
                token = from = null;
                continue;
            }
            yield return (page, token, askedAt);
            token = page.Value?.NextPageToken;
            if (token is null) yield break;
            if (seen.Add(token)) continue;
            yield return (s_endless, token, askedAt);
            yield break;
        }
    }
}
