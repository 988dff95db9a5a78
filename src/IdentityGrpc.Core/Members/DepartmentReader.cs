using System.Runtime.CompilerServices;
using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Members;

/// <summary>A page as it was read.</summary>
/// <param name="Outcome">The page. A failure is the last one of its listing.</param>
/// <param name="PageToken">The token that it was asked for with; null: the first.</param>
/// <param name="AskedAt">When it was asked for, on the clock of the watermarks.</param>
internal readonly record struct PageRead<T>(Outcome<Page<T>> Outcome, string? PageToken, DateTimeOffset AskedAt)
{
    /// <summary>Whether the listing began anew with it, since its page_token had expired.</summary>
    public bool IsRestart { get; init; }

    /// <summary>Whether it is the last.</summary>
    public bool IsLast => Outcome.Value?.NextPageToken is null;
}

/// <summary>Makes the calls of walks: each waits for its turn among the walks, then for its permit.</summary>
internal sealed class DepartmentReader(IDirectory directory, IBudget budget, WalkTurns turns, IWatermarks watermarks)
{
    private const int MaxRestarts = 3, MaxEmptyPages = 100;

    private static readonly DirectoryProfile s_noProfile = new();

    /// <summary>Reads one department.</summary>
    public async Task<Outcome<Department>> GetAsync(WalkCall walk, DepartmentId id) =>
        (await AskAsync(walk, Apis.Department, walk.Context, call => directory.GetDepartmentAsync(walk.Scope, id, call))).Outcome;

    /// <summary>Lists the departments below one: the next level, or all.</summary>
    public IAsyncEnumerable<PageRead<Department>> ReadChildrenAsync(WalkCall walk, string department, bool descendants, CancellationToken cancellationToken) =>
        ReadPagesAsync(null, d => d.OpenDepartmentId, token => AskAsync(walk, Apis.DepartmentChildren, walk.Context,
            call => directory.ListChildrenAsync(walk.Scope, DepartmentId.Open(department), descendants, token, call)), cancellationToken);

    /// <summary>Reads the members of a department, or with an empty id the independent members (R34).</summary>
    /// <param name="walk">The walk.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="isAwaited">Whether somebody waits for the next page.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public IAsyncEnumerable<PageRead<DirectoryMember>> ReadMembersAsync(WalkCall walk, DepartmentPosition from, Func<bool> isAwaited, CancellationToken cancellationToken) =>
        ReadPagesAsync(from.PageToken, m => m.Person.OpenId, token => ReadPageAsync(walk, from.Department, token, isAwaited()), cancellationToken);

    /// <summary>Reads one page of members.</summary>
    public async Task<(Outcome<Page<DirectoryMember>> Outcome, DateTimeOffset AskedAt)> ReadPageAsync(WalkCall walk, string department, string? pageToken, bool isAwaited)
    {
        var context = isAwaited ? walk.Context : walk.Ahead;
        var read = department.Length == 0
            ? await AskAsync(walk, Apis.Users, context, call => directory.ListIndependentMembersAsync(walk.Scope, pageToken, call))
            : await AskAsync(walk, Apis.FindByDepartment, context, call => directory.ListMembersAsync(walk.Scope, DepartmentId.Open(department), pageToken, call));
        // Pages may wait long for their reader; what nobody wants of them should not.
        if (walk.KeepsProfiles || read.Outcome.Value is not { } page) return read;
        return (page with { Items = [.. page.Items.Select(m => m with { Profile = s_noProfile })] }, read.AskedAt);
    }

    /// <summary>Reads a page of what the app's contact scope names.</summary>
    public async Task<Outcome<ScopePage>> ReadScopesAsync(WalkCall walk, string? pageToken) =>
        (await AskAsync(walk, Apis.Scopes, walk.Context, call => directory.ListScopesAsync(walk.Scope, pageToken, call))).Outcome;

    private async Task<(Outcome<T> Outcome, DateTimeOffset AskedAt)> AskAsync<T>(WalkCall walk, string api, CallContext call, Func<CallContext, Task<Outcome<T>>> ask) where T : class
    {
        using var turn = await turns.TakeAsync(walk.Scope, call.Caller, walk.Walk, call.Cancellation);
        var permit = await budget.TakeAsync(new(api, walk.Scope), call);
        if (!permit.Succeeded) return (permit.Failure, watermarks.Now);
        using var underWay = permit.Value;
        var askedAt = watermarks.Now;
        return (await ask(call with { Permit = permit.Value }), askedAt);
    }

    // A platform whose pages repeat themselves is found out by the tokens, and where those are ever new, by a page
    // that begins as an earlier one did, or by too many pages without a row (reference §10).
    private static async IAsyncEnumerable<PageRead<T>> ReadPagesAsync<T>(string? from, Func<T, string> idOf,
        Func<string?, Task<(Outcome<Page<T>> Outcome, DateTimeOffset AskedAt)>> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        int restarts = 0, empty = 0;
        bool isRestart = false;
        string? token = from;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (outcome, askedAt) = await read(token);
            if (token is not null && restarts < MaxRestarts && outcome.Failure is { Code: WalkFailures.PageTokenInvalid })
            {
                restarts++;
                (token, isRestart) = (null, true);
                seen.Clear();
                continue;
            }
            if (outcome.Value is { } page)
            {
                empty = page.Items.Count == 0 ? empty + 1 : 0;
                bool isEndless = (page.NextPageToken is { } next && !seen.Add(next)) || empty > MaxEmptyPages;
                if (page.Items.Count > 0 && !seen.Add(idOf(page.Items[0])))
                {
                    yield return new(WalkFailures.Endless, token, askedAt);
                    yield break;
                }
                yield return new(outcome, token, askedAt) { IsRestart = isRestart };
                if (page.NextPageToken is null) yield break;
                (token, isRestart) = (page.NextPageToken, false);
                if (!isEndless) continue;
                yield return new(WalkFailures.Endless, token, askedAt);
                yield break;
            }
            yield return new(outcome, token, askedAt) { IsRestart = isRestart };
            yield break;
        }
    }
}
