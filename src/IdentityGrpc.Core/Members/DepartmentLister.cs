using System.Collections.Concurrent;
using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Members;

/// <summary>The departments that a walk goes over.</summary>
/// <param name="Order">Them, in order.</param>
/// <param name="OutOfReach">What could not be listed, or not be walked.</param>
internal sealed record DepartmentTree(DepartmentOrder Order, IReadOnlyList<SkippedPart> OutOfReach);

/// <summary>Lists the departments that a walk goes over.</summary>
internal sealed class DepartmentLister(DepartmentReader reader)
{
    private const int MaxDepartments = 1_000_000, AtOnce = 16, Tries = 2;

    /// <summary>A department and all below it; level by level where the platform refuses to list them at once (43010).</summary>
    /// <returns>The departments; a failure only where the walk cannot go on for now. What cannot be listed for good is named in the tree.</returns>
    public async Task<Outcome<DepartmentTree>> ListAsync(WalkCall walk, string root)
    {
        var listing = new Listing();
        return await ListBelowAsync(walk, [root], listing) is { } failure ? failure : new DepartmentTree(new(root, listing.Departments), [.. listing.OutOfReach]);
    }

    /// <summary>What the contact scope names, where the root is out of reach: its departments with all below them; user groups are told as out of reach (reference §4.2).</summary>
    /// <param name="walk">The walk.</param>
    /// <param name="includeIndependent">Whether people whom the scope names are read too.</param>
    /// <param name="root">Why the root is out of reach.</param>
    public async Task<Outcome<DepartmentTree>> ListVisibleAsync(WalkCall walk, bool includeIndependent, Failure root)
    {
        var listing = new Listing();
        listing.OutOfReach.Add(new(SkippedKind.Department, DepartmentId.Root.Value, root));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        bool hasPeople = false;
        string? token = null;
        do
        {
            var page = await ReadScopesAsync(walk, token);
            if (page.Failure is { } failure) return failure;
            foreach (string department in page.Value!.DepartmentIds) listing.Add(department);
            foreach (string group in page.Value.GroupIds.Take(WalkPosition.MaxListed)) listing.OutOfReach.Add(new(SkippedKind.UserGroup, group, WalkFailures.UserGroup));
            hasPeople |= page.Value.OpenIds.Count > 0;
            token = page.Value.NextPageToken;
        }
        while (token is not null && seen.Add(token));
        if (token is not null) listing.OutOfReach.Add(new(SkippedKind.DepartmentsBelow, DepartmentId.Root.Value, WalkFailures.Endless));
        if (listing.IsEmpty && !hasPeople && listing.OutOfReach.Count == 1) return root;
        if (hasPeople && !includeIndependent) listing.OutOfReach.Add(new(SkippedKind.IndependentMembers, "", WalkFailures.NotAskedFor));
        return await ListBelowAsync(walk, [.. listing.Departments], listing) is { } broken ? broken : new DepartmentTree(new("", listing.Departments), [.. listing.OutOfReach]);
    }

    private async Task<Outcome<ScopePage>> ReadScopesAsync(WalkCall walk, string? token)
    {
        var page = await reader.ReadScopesAsync(walk, token);
        return page.Failure is { Retryable: true } failure && !failure.EndsTheWalk() ? await reader.ReadScopesAsync(walk, token) : page;
    }

    private async Task<Failure?> ListBelowAsync(WalkCall walk, IReadOnlyCollection<string> level, Listing listing)
    {
        Failure? broken = null;
        while (level.Count > 0 && broken is null)
        {
            var next = new ConcurrentBag<string>();
            await Parallel.ForEachAsync(level, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = walk.Cancellation }, async (parent, cancellation) =>
            {
                if (broken is not null) return;
                var failure = await ListAsync(walk, parent, descendants: true, listing, null, cancellation);
                if (failure is { Code: WalkFailures.DepartmentTooLarge }) failure = await ListAsync(walk, parent, descendants: false, listing, next, cancellation);
                if (failure is null) return;
                if (failure.EndsTheWalk() || (failure.Retryable && failure != WalkFailures.Endless)) broken = failure;
                else listing.OutOfReach.Add(new(SkippedKind.DepartmentsBelow, parent, failure));
            });
            level = next;
        }
        return broken;
    }

    private async Task<Failure?> ListAsync(WalkCall walk, string parent, bool descendants, Listing listing, ConcurrentBag<string>? next, CancellationToken cancellation)
    {
        for (int tries = 1; ; tries++)
        {
            Failure? failure = null;
            await foreach (var page in reader.ReadChildrenAsync(walk, parent, descendants, cancellation))
            {
                failure = page.Outcome.Failure;
                foreach (var child in page.Outcome.Value?.Items ?? [])
                {
                    if (listing.Count >= MaxDepartments) return WalkFailures.Endless;
                    if (listing.Add(child.OpenDepartmentId)) next?.Add(child.OpenDepartmentId);
                }
            }
            if (failure is null || !failure.Retryable || failure.EndsTheWalk() || tries == Tries) return failure;
        }
    }

    private sealed class Listing
    {
        private readonly ConcurrentDictionary<string, bool> _departments = new(StringComparer.Ordinal);
        private int _count;

        public IEnumerable<string> Departments => _departments.Keys;

        public ConcurrentBag<SkippedPart> OutOfReach { get; } = [];

        public int Count => Volatile.Read(ref _count);

        public bool IsEmpty => Count == 0;

        public bool Add(string department)
        {
            if (!_departments.TryAdd(department, true)) return false;
            Interlocked.Increment(ref _count);
            return true;
        }
    }
}
