using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Members;
using IdentityGrpc.Core.Telemetry;
using IdentityGrpc.Core.Tests.Changes;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Core.Tests.Members;

/// <summary>Walks over a scripted company, on a manual clock, with limits that nothing meets unless a test says so.</summary>
internal sealed class WalkRig : IDisposable
{
    public static readonly AppTenant Scope = new(new("cli_a"), new("provider"), new("tenant"));
    private readonly LocalBudget _budget;

    public WalkRig(ScriptedCompany company, MembersOptions? options = null, BudgetOptions? limits = null, TimeSpan departmentsFor = default)
    {
        Company = company;
        Watermarks = new(new LocalClock(Clock));
        _budget = new(limits ?? new() { Default = new(10_000, 600_000), LeftByBulk = 0, Guard = TimeSpan.Zero }, Clock, new CoreMetrics());
        var clock = new LocalClock(Clock);
        Walk = new(company, _budget, Cache, new NoSharedCache(), Listings, new(new() { DepartmentsFor = departmentsFor }, clock, new(clock)), Watermarks, new(Watermarks, new TestDigests()), options ?? new());
    }

    public ManualTimeProvider Clock { get; } = new();

    public ScriptedCompany Company { get; }

    public MemoryIdentityCache Cache { get; } = new(new());

    public MemoryWatermarks Watermarks { get; }

    public KeptListings Listings { get; } = new();

    public MemberWalk Walk { get; }

    public static WalkRequest Root(bool distinct = true, int batchSize = 200) => new(Scope, DepartmentId.Root, Recursive: true, distinct, IncludeIndependent: false, batchSize);

    public IAsyncEnumerable<MemberBatch<string>> WalkAsync(WalkRequest? request = null, WalkPosition? from = null, string caller = "caller", CancellationToken? cancellation = null) =>
        Walk.WalkAsync(request ?? Root(), from ?? WalkPosition.Start, new OpenIds(), new CallContext(Priority.Interactive, null, caller, cancellation ?? TestContext.Current.CancellationToken));

    public async Task<Walked> ReadAsync(WalkRequest? request = null, WalkPosition? from = null)
    {
        var batches = new List<MemberBatch<string>>();
        await foreach (var batch in WalkAsync(request, from)) batches.Add(batch);
        return new(batches);
    }

    public void Dispose() => _budget.Dispose();

    private sealed class OpenIds : IMemberView<string>
    {
        public void Look(IReadOnlyList<DirectoryMember> page)
        {
        }

        public string Show(DirectoryMember member) => member.Person.OpenId;

        public int SizeOf(string shown) => shown.Length;
    }
}

/// <summary>What a walk sent.</summary>
internal sealed record Walked(IReadOnlyList<MemberBatch<string>> Batches)
{
    public IReadOnlyList<string> Members => [.. Batches.SelectMany(b => b.Members)];

    public MemberBatch<string> Last => Batches[^1];

    public IReadOnlyList<SkippedPart> Skipped => Last.After.Skipped;

    public void AssertComplete()
    {
        Assert.Null(Last.Broken);
        Assert.True(Last.IsLast);
        Assert.Empty(Skipped);
    }
}
