using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Members;

/// <summary>
/// Walks over the members of a department, and of those below it.
/// <list type="number">
/// <item>The department asked for, its first page of members and the departments below it are asked for at once, so
/// that its members leave while the others are still being listed. Where the root is outside the app's contact scope,
/// a recursive walk goes over what the scope names, and says that it is partial.</item>
/// <item>The departments are put in a <see cref="DepartmentOrder"/> and read in it, several at a time: each is read
/// ahead as far as the <see cref="PageWindow"/> lets it, and its members are sent when all before it have been.</item>
/// <item>Members leave when a batch is full, or when the walk would have to wait for the platform.</item>
/// <item>With <c>distinct</c> a person is passed over where one of their departments comes earlier in the walk, or
/// where <see cref="SentPeople"/> knows them: the first holds over resumes, the second when people change departments.</item>
/// <item>A page about a person who has changed since it was asked for is asked for again; what is seen fills the cache.</item>
/// <item>A department that fails for a passing reason has one more turn at the end, from the page that failed. What
/// fails again, or for good, is noted in the position.</item>
/// <item>Independent members come last. A failure that all departments would share ends the walk; it can be resumed.</item>
/// </list>
/// </summary>
public sealed class MemberWalk
{
    private readonly WalkServices _services;
    private readonly SentPeopleMemory _memory;

    /// <summary>Makes walks.</summary>
    /// <param name="directory">What is walked.</param>
    /// <param name="budget">What its calls spend.</param>
    /// <param name="cache">What is filled with everybody seen.</param>
    /// <param name="shared">The same, for all replicas.</param>
    /// <param name="listings">Departments that replicas have listed.</param>
    /// <param name="lifetimes">For how long walks go by them.</param>
    /// <param name="watermarks">Its clock stamps pages.</param>
    /// <param name="validity">What voids them.</param>
    /// <param name="options">How to walk.</param>
    /// <exception cref="ArgumentException">An option is out of its bounds.</exception>
    public MemberWalk(IDirectory directory, IBudget budget, IIdentityCache cache, ISharedCache shared, ISharedListings listings, Lifetimes lifetimes, IWatermarks watermarks, Validity validity,
        MembersOptions options)
    {
        if (options.Problems().ToArray() is { Length: > 0 } problems) throw new ArgumentException(string.Join(' ', problems), nameof(options));
        var reader = new DepartmentReader(directory, budget, Turns = new(options), watermarks);
        Listings = new(listings, lifetimes, validity);
        _services = new(reader, new(reader, Listings, watermarks), cache, shared, validity, Load = new(options));
        _memory = new(options.RememberedPeople);
    }

    internal WalkTurns Turns { get; }

    internal WalkLoad Load { get; }

    internal ListingCache Listings { get; }

    /// <summary>Walks from a position on.</summary>
    /// <param name="request">Over whom.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="view">What becomes of members; used by this walk alone.</param>
    /// <param name="call">The call. Its cancellation ends the walk with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>Batches; the last one is at the end, or tells why the walk broke off.</returns>
    public async IAsyncEnumerable<MemberBatch<T>> WalkAsync<T>(WalkRequest request, WalkPosition from, IMemberView<T> view, CallContext call)
    {
        if (!Load.TryEnter())
        {
            yield return new([], from) { Broken = WalkFailures.TooManyWalks };
            yield break;
        }
        try
        {
            using var sent = new SentPeople(_memory);
            await using var run = new WalkRun<T>(_services, request, from, view, sent, call);
            await foreach (var batch in run.RunAsync()) yield return batch;
        }
        finally
        {
            Load.Leave();
        }
    }
}

/// <summary>What walks work with.</summary>
internal sealed record WalkServices(DepartmentReader Reader, DepartmentLister Lister, IIdentityCache Cache, ISharedCache Shared, Validity Validity, WalkLoad Load);
