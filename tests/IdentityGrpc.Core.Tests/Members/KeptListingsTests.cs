using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Members;

namespace IdentityGrpc.Core.Tests.Members;

/// <summary>Which departments there are is kept as long as is safe, and listed once for all walks that want it (design §6).</summary>
public class KeptListingsTests
{
    private static readonly TimeSpan s_kept = TimeSpan.FromMinutes(10);
    private readonly ScriptedCompany _company = new ScriptedCompany().Department("od-a").Department("od-b").Person("ann", "od-a").Person("bob", "od-b").Person("ceo", "0");

    private int Listings => _company.Calls.Count(c => c.Kind == "below" && c.PageToken is null);

    [Fact]
    public async Task Walk_DepartmentsAreKnown_ListsThemNotAgain()
    {
        using var rig = new WalkRig(_company, departmentsFor: s_kept);
        await rig.ReadAsync();
        rig.Clock.Advance(s_kept - TimeSpan.FromSeconds(1));
        var walked = await rig.ReadAsync();
        walked.AssertComplete();
        Assert.Equal(["ou_ceo", "ou_ann", "ou_bob"], walked.Members);
        Assert.Equal(1, Listings);
        Assert.Equal(rig.Clock.GetUtcNow() - s_kept + TimeSpan.FromSeconds(1), walked.Last.ListedAt);
    }

    [Fact]
    public async Task Walk_AfterTheLifetime_FindsWhatWasCreated()
    {
        using var rig = new WalkRig(_company, departmentsFor: s_kept);
        await rig.ReadAsync();
        _company.Department("od-new").Person("new", "od-new");
        Assert.DoesNotContain("ou_new", (await rig.ReadAsync()).Members);
        rig.Clock.Advance(s_kept);
        Assert.Contains("ou_new", (await rig.ReadAsync()).Members);
    }

    [Fact]
    public async Task Walk_LifetimeIsZero_ListsForItself()
    {
        using var rig = new WalkRig(_company);
        await rig.ReadAsync();
        await rig.ReadAsync();
        Assert.Equal(2, Listings);
        Assert.Empty(rig.Listings.Kept);
    }

    public static TheoryData<bool> Ends => [true, false];

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task Walk_DepartmentsOrScopeChanged_ListsAnew(bool isScope)
    {
        using var rig = new WalkRig(_company, departmentsFor: s_kept);
        await rig.ReadAsync();
        _company.Department("od-new").Person("new", "od-new");
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        rig.Watermarks.Apply(isScope ? new Ends { Scopes = [WalkRig.Scope] } : new Ends { DepartmentsOf = WalkRig.Scope.Tenant }, rig.Watermarks.Now);
        Assert.Contains("ou_new", (await rig.ReadAsync()).Members);
    }

    // The listing that was under way does not know of the change; nobody is to walk by it.
    [Fact]
    public async Task Walk_DepartmentsChangeWhileTheyAreListed_ListsThemOnceMore()
    {
        using var rig = new WalkRig(_company, departmentsFor: s_kept);
        bool isFirst = true;
        _company.Before = (call, _) =>
        {
            if (call.Kind != "below" || !isFirst) return Task.CompletedTask;
            isFirst = false;
            rig.Clock.Advance(TimeSpan.FromSeconds(1));
            rig.Watermarks.Apply(new Ends { DepartmentsOf = WalkRig.Scope.Tenant }, rig.Watermarks.Now);
            return Task.CompletedTask;
        };
        (await rig.ReadAsync()).AssertComplete();
        Assert.Equal(2, Listings);
    }

    [Fact]
    public async Task Walk_ManyAtOnce_ListOnceForAll_AndWhoGivesUpEndsItForNobody()
    {
        using var rig = new WalkRig(_company, departmentsFor: s_kept);
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _company.Before = (call, stop) =>
        {
            if (call.Kind != "below") return Task.CompletedTask;
            begun.TrySetResult();
            return open.Task.WaitAsync(stop);
        };
        using var cancel = new CancellationTokenSource();
        var first = ReadAsync(cancel.Token);
        await begun.Task;
        var others = Enumerable.Range(0, 20).Select(_ => rig.ReadAsync()).ToArray();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        open.SetResult();
        foreach (var walked in await Task.WhenAll(others)) Assert.Equal(["ou_ceo", "ou_ann", "ou_bob"], walked.Members);
        Assert.Equal(1, Listings);

        async Task ReadAsync(CancellationToken stop)
        {
            await foreach (var _ in rig.WalkAsync(cancellation: stop))
            {
            }
        }
    }

    [Fact]
    public async Task Walk_EverybodyGivesUp_EndsTheListing()
    {
        using var rig = new WalkRig(_company, departmentsFor: s_kept);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _company.Before = async (call, stop) =>
        {
            if (call.Kind != "below") return;
            begun.TrySetResult();
            using (stop.Register(ended.SetResult)) await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        };
        using var cancel = new CancellationTokenSource();
        var walk = Task.Run(async () =>
        {
            await foreach (var _ in rig.WalkAsync(cancellation: cancel.Token))
            {
            }
        }, TestContext.Current.CancellationToken);
        await begun.Task;
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => walk);
        await ended.Task.WaitAsync(TestContext.Current.CancellationToken);
        _company.Before = (_, _) => Task.CompletedTask;
        (await rig.ReadAsync()).AssertComplete();
    }

    [Fact]
    public async Task Walk_DepartmentOfAKeptListingIsGone_SaysSoAndTheNextWalkListsAnew()
    {
        using var rig = new WalkRig(_company, departmentsFor: s_kept);
        await rig.ReadAsync();
        _company.Remove("od-b");
        _company.Fails = call => call is { Kind: "members", Id: "od-b" } ? new(FailureReason.NotFoundOrNotVisible, "There is no such department.") { Code = 99992357 } : null;
        Assert.Equal("od-b", Assert.Single((await rig.ReadAsync()).Skipped).Id);
        (await rig.ReadAsync()).AssertComplete();
        Assert.Equal(2, Listings);
    }

    // A partial listing is what one walk makes do with, and no truth for others.
    [Fact]
    public async Task Walk_ListingThatLacksAPart_IsNotKept()
    {
        using var rig = new WalkRig(_company, departmentsFor: s_kept);
        _company.Fails = call => call.Kind is "below" or "level" ? new(FailureReason.NoPermission, "no dept authority error") { Code = 40004 } : null;
        Assert.Equal(SkippedKind.DepartmentsBelow, Assert.Single((await rig.ReadAsync()).Skipped).Kind);
        Assert.Equal(0, rig.Walk.Listings.Count);
        Assert.Empty(rig.Listings.Kept);
    }

    [Fact]
    public async Task Walk_AnotherReplicaHasListed_GoesByThat()
    {
        using var rig = new WalkRig(_company, departmentsFor: s_kept);
        await rig.ReadAsync();
        using var other = new WalkRig(_company, departmentsFor: s_kept);
        foreach (var (key, listing) in rig.Listings.Kept) other.Listings.Kept[key] = listing;
        (await other.ReadAsync()).AssertComplete();
        Assert.Equal(1, Listings);
    }

    // R36: what the contact scope names is kept as well; why the root is out of reach is each walk's own to find.
    [Fact]
    public async Task Walk_RootOutOfReach_ListsTheContactScopeOnce()
    {
        using var rig = new WalkRig(_company, departmentsFor: s_kept);
        _company.Scope = new(["od-a"], [], ["g-1"], null);
        _company.Fails = call => call is { Kind: "get" or "members" or "below", Id: "0" } ? new(FailureReason.NoPermission, "no dept authority error") { Code = 40004 } : null;
        for (int i = 0; i < 2; i++)
        {
            var walked = await rig.ReadAsync();
            Assert.Equal(["ou_ann"], walked.Members);
            Assert.Equal([SkippedKind.Department, SkippedKind.UserGroup], walked.Skipped.Select(s => s.Kind));
        }
        Assert.Single(_company.Calls, c => c.Kind == "scopes");
    }
}
