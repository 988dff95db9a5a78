using System.Collections.Concurrent;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Members;

/// <summary>The departments that a walk goes over.</summary>
/// <param name="Order">Them, in order.</param>
/// <param name="OutOfReach">What could not be listed, or not be walked.</param>
/// <param name="ListedAt">When they were asked for, on the clock of the watermarks; null: there was nothing to list.</param>
internal sealed record DepartmentTree(DepartmentOrder Order, IReadOnlyList<SkippedPart> OutOfReach, DateTimeOffset? ListedAt = null);

/// <summary>Lists the departments that a walk goes over.</summary>
internal sealed class DepartmentLister(DepartmentReader reader, ListingCache listings, IWatermarks marks)
{
    private const int MaxDepartments = 1_000_000, AtOnce = 16, Tries = 2;

    /// <summary>A department and all below it; level by level where the platform refuses to list them at once (43010).</summary>
    /// <returns>The departments; a failure only where the walk cannot go on for now. What cannot be listed for good is named in the tree.</returns>
    public async Task<Outcome<DepartmentTree>> ListAsync(WalkCall walk, string root)
    {
        var listed = await listings.GetAsync(new(walk.Scope, root), walk.Context, async cancellation =>
        {
            var found = new Found(marks.Now);
            return await ListBelowAsync(walk.For(cancellation), [root], found) is { } failure ? failure : found.ToListed(root);
        });
        return listed.Value is { } tree ? new DepartmentTree(new(root, tree.Listing.Departments), tree.OutOfReach, tree.Listing.AskedAt) : listed.Failure!;
    }

    /// <summary>What the contact scope names, where the root is out of reach: its departments with all below them; user groups are told as out of reach (reference §4.2).</summary>
    /// <param name="walk">The walk.</param>
    /// <param name="includeIndependent">Whether people whom the scope names are read too.</param>
    /// <param name="root">Why the root is out of reach.</param>
    public async Task<Outcome<DepartmentTree>> ListVisibleAsync(WalkCall walk, bool includeIndependent, Failure root)
    {
        var listed = await listings.GetAsync(new(walk.Scope, ""), walk.Context, cancellation => ListScopeAsync(walk.For(cancellation)));
        if (listed.Value is not { Listing: var listing, OutOfReach: var unlisted }) return listed.Failure!;
        if (listing is { Departments.Count: 0, UserGroups.Count: 0, NamesPeople: false } && unlisted.Count == 0) return root;
        List<SkippedPart> outOfReach = [new(SkippedKind.Department, DepartmentId.Root.Value, root), .. unlisted];
        outOfReach.AddRange(listing.UserGroups.Select(g => new SkippedPart(SkippedKind.UserGroup, g, WalkFailures.UserGroup)));
        if (listing.NamesPeople && !includeIndependent) outOfReach.Add(new(SkippedKind.IndependentMembers, "", WalkFailures.NotAskedFor));
        return new DepartmentTree(new("", listing.Departments), outOfReach, listing.AskedAt);
    }

    /// <summary>A department of a listing has turned out not to be there: whoever walks next lists anew.</summary>
    public void Drop(WalkCall walk, string root) => listings.Drop(new(walk.Scope, root));

    private async Task<Outcome<Listed>> ListScopeAsync(WalkCall walk)
    {
        var found = new Found(marks.Now);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        string? token = null;
        do
        {
            var page = await ReadScopesAsync(walk, token);
            if (page.Failure is { } failure) return failure;
            foreach (string department in page.Value!.DepartmentIds) found.Add(department);
            found.UserGroups.UnionWith(page.Value.GroupIds.Take(WalkPosition.MaxListed - found.UserGroups.Count));
            found.NamesPeople |= page.Value.OpenIds.Count > 0;
            token = page.Value.NextPageToken;
        }
        while (token is not null && seen.Add(token));
        if (token is not null) found.OutOfReach.Add(new(SkippedKind.DepartmentsBelow, DepartmentId.Root.Value, WalkFailures.Endless));
        return await ListBelowAsync(walk, [.. found.Departments], found) is { } broken ? broken : found.ToListed("");
    }

    private async Task<Outcome<ScopePage>> ReadScopesAsync(WalkCall walk, string? token)
    {
        var page = await reader.ReadScopesAsync(walk, token);
        return page.Failure is { Retryable: true } failure && !failure.EndsTheWalk() ? await reader.ReadScopesAsync(walk, token) : page;
    }

    private async Task<Failure?> ListBelowAsync(WalkCall walk, IReadOnlyCollection<string> level, Found found)
    {
        Failure? broken = null;
        while (level.Count > 0 && broken is null)
        {
            var next = new ConcurrentBag<string>();
            await Parallel.ForEachAsync(level, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = walk.Cancellation }, async (parent, cancellation) =>
            {
                if (broken is not null) return;
                var failure = await ListAsync(walk, parent, descendants: true, found, null, cancellation);
                if (failure is { Code: WalkFailures.DepartmentTooLarge }) failure = await ListAsync(walk, parent, descendants: false, found, next, cancellation);
                if (failure is null) return;
                if (failure.EndsTheWalk() || (failure.Retryable && failure != WalkFailures.Endless)) broken = failure;
                else found.OutOfReach.Add(new(SkippedKind.DepartmentsBelow, parent, failure));
            });
            level = next;
        }
        return broken;
    }

    private async Task<Failure?> ListAsync(WalkCall walk, string parent, bool descendants, Found found, ConcurrentBag<string>? next, CancellationToken cancellation)
    {
        for (int tries = 1; ; tries++)
        {
            Failure? failure = null;
            await foreach (var page in reader.ReadChildrenAsync(walk, parent, descendants, cancellation))
            {
                failure = page.Outcome.Failure;
                foreach (var child in page.Outcome.Value?.Items ?? [])
                {
                    if (found.Count >= MaxDepartments) return WalkFailures.Endless;
                    if (found.Add(child.OpenDepartmentId)) next?.Add(child.OpenDepartmentId);
                }
            }
            if (failure is null || !failure.Retryable || failure.EndsTheWalk() || tries == Tries) return failure;
        }
    }

    /// <summary>What has been found so far. The departments are thread-safe.</summary>
    private sealed class Found(DateTimeOffset askedAt)
    {
        private readonly ConcurrentDictionary<string, bool> _departments = new(StringComparer.Ordinal);
        private int _count;

        public IEnumerable<string> Departments => _departments.Keys;

        public HashSet<string> UserGroups { get; } = new(StringComparer.Ordinal);

        public bool NamesPeople { get; set; }

        public ConcurrentBag<SkippedPart> OutOfReach { get; } = [];

        public int Count => Volatile.Read(ref _count);

        public bool Add(string department)
        {
            if (!_departments.TryAdd(department, true)) return false;
            Interlocked.Increment(ref _count);
            return true;
        }

        public Listed ToListed(string root) => new(
            new([.. Departments.Where(d => d != root).Order(StringComparer.Ordinal)], askedAt) { UserGroups = [.. UserGroups], NamesPeople = NamesPeople }, [.. OutOfReach]);
    }
}
