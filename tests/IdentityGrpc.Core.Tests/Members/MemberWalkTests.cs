using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Tests.Changes;

namespace IdentityGrpc.Core.Tests.Members;

public class MemberWalkTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // Three levels; dual is in two departments, of which od-a comes first.
    internal static ScriptedCompany Company(int pageSize = 3) => new ScriptedCompany { PageSize = pageSize }
        .Department("od-a").Department("od-c").Department("od-b", "od-c").Department("od-d", "od-b")
        .Person("root", "0").Person("dual", "od-d", "od-a").Person("a1", "od-a").Person("b1", "od-b").Person("c1", "od-c")
        .Person("d1", "od-d").Person("d2", "od-d").Person("d3", "od-d").Person("d4", "od-d");

    [Fact]
    public async Task Distinct_SendsEachPersonUnderTheFirstOfTheirDepartments()
    {
        using var rig = new WalkRig(Company());
        var walked = await rig.ReadAsync();
        Assert.Equal(["ou_root", "ou_a1", "ou_dual", "ou_b1", "ou_c1", "ou_d1", "ou_d2", "ou_d3", "ou_d4"], walked.Members);
        walked.AssertComplete();
        Assert.Equal((5, 9L, 5, false), (walked.Last.After.DepartmentsDone, walked.Last.After.Sent, walked.Last.After.DepartmentsKnown, walked.Last.After.MayRepeat));
        Assert.Equal(10, walked.Last.After.Estimate);
    }

    [Fact]
    public async Task NotDistinct_SendsEachPersonUnderEachOfTheirDepartments()
    {
        using var rig = new WalkRig(Company());
        Assert.Equal(2, (await rig.ReadAsync(WalkRig.Root(distinct: false))).Members.Count(m => m == "ou_dual"));
    }

    // R37
    [Fact]
    public async Task NotRecursive_SendsDirectMembersAndListsNoDepartments()
    {
        using var rig = new WalkRig(Company());
        var walked = await rig.ReadAsync(WalkRig.Root() with { Recursive = false, Department = DepartmentId.Open("od-c") });
        Assert.Equal(["ou_c1"], walked.Members);
        Assert.DoesNotContain(rig.Company.Calls, c => c.Kind == "below");
    }

    // R38: a custom id is turned into the platform's own before anything is listed by it.
    [Fact]
    public async Task CustomDepartmentId_IsWalkedByTheOpenOne()
    {
        using var rig = new WalkRig(new ScriptedCompany().Department("od-custom").Person("p", "od-custom"));
        var walked = await rig.ReadAsync(WalkRig.Root() with { Department = new(DepartmentIdType.DepartmentId, "CUSTOM") });
        Assert.Equal(["ou_p"], walked.Members);
        Assert.Equal(["CUSTOM"], rig.Company.Calls.Where(c => c.Id == "CUSTOM").Select(c => c.Id));
    }

    [Fact]
    public async Task Walk_FillsTheCache()
    {
        using var rig = new WalkRig(Company());
        await rig.ReadAsync();
        Assert.All(rig.Company.People, id => Assert.NotNull(rig.Cache.Find(new PersonKey(WalkRig.Scope, PersonId.Of(WalkRig.Scope, IdType.OpenId, id), false))));
    }

    // R27 of listings: whoever has resigned is in no answer, should a page name them.
    [Fact]
    public async Task Resigned_AreNotSent()
    {
        using var rig = new WalkRig(Company());
        rig.Company.Pages = (_, page) => page with { Items = [.. page.Items.Select(m => m.Person.OpenId == "ou_d2" ? m with { Person = m.Person with { Status = UserStatus.Resigned } } : m)] };
        Assert.DoesNotContain("ou_d2", (await rig.ReadAsync()).Members);
    }

    // Time to first member: the departments below are still being listed.
    [Fact]
    public async Task FirstDepartment_LeavesWhileTheOthersAreBeingListed()
    {
        TaskCompletionSource listing = new(), listed = new();
        using var rig = new WalkRig(Company());
        rig.Company.Before = (call, token) =>
        {
            if (call.Kind != "below") return Task.CompletedTask;
            listing.TrySetResult();
            return listed.Task.WaitAsync(token);
        };
        await using var batches = rig.WalkAsync().GetAsyncEnumerator(Stop);
        Assert.True(await batches.MoveNextAsync());
        Assert.Equal(["ou_root"], batches.Current.Members);
        Assert.Equal(1, batches.Current.After.DepartmentsKnown);
        await listing.Task.WaitAsync(Stop);
        Assert.Equal(["below", "get", "members"], rig.Company.Calls.Select(c => c.Kind).Order());
        listed.SetResult();
        var rest = new List<string>();
        while (await batches.MoveNextAsync()) rest.AddRange(batches.Current.Members);
        Assert.Equal(8, rest.Count);
    }

    // A batch does not wait for the platform to become full.
    [Fact]
    public async Task Batch_LeavesBeforeTheWalkWaits()
    {
        var second = new TaskCompletionSource();
        using var rig = new WalkRig(Company());
        rig.Company.Before = (call, token) => call.Id == "od-b" ? second.Task.WaitAsync(token) : Task.CompletedTask;
        await using var batches = rig.WalkAsync().GetAsyncEnumerator(Stop);
        var sent = new List<string>();
        while (sent.Count < 3 && await batches.MoveNextAsync()) sent.AddRange(batches.Current.Members);
        Assert.Equal(["ou_root", "ou_a1", "ou_dual"], sent);
        second.SetResult();
    }

    // What is sent now goes by the caller's urgency, what is read ahead yields to lookups.
    [Fact]
    public async Task DepartmentsAhead_AreReadAsBulk()
    {
        using var rig = new WalkRig(Company());
        await rig.ReadAsync();
        Assert.All(rig.Company.Calls.Where(c => c.Kind is "get" or "below" || c.Id == "0"), c => Assert.Equal(Priority.Interactive, c.Priority));
        Assert.Equal(Priority.Bulk, rig.Company.Calls.First(c => c is { Kind: "members", Id: "od-d" }).Priority);
    }

    [Fact]
    public async Task SlowReader_HoldsTheWalkAndItsMemory()
    {
        var company = new ScriptedCompany { PageSize = 2 };
        for (int d = 0; d < 200; d++)
        {
            company.Department($"od-{d:D3}");
            for (int p = 0; p < 6; p++) company.Person($"{d:D3}-{p}", $"od-{d:D3}");
        }
        company.Person("root", "0");
        using var rig = new WalkRig(company, new() { PagesAhead = 8, CallsAtOnce = 4 });
        // Nothing goes on before two calls run side by side.
        var sideBySide = new TaskCompletionSource();
        company.Before = (call, token) =>
        {
            if (company.Running > 1) sideBySide.TrySetResult();
            return call is { Kind: "members", Id: not "0" } ? sideBySide.Task.WaitAsync(token) : Task.CompletedTask;
        };
        int sent = 0;
        await foreach (var batch in rig.WalkAsync(WalkRig.Root(batchSize: 2)))
        {
            sent += batch.Members.Count;
            // Sent are what has left and at most the page in hand; ahead are eight pages, and one for the head.
            int pages = rig.Company.Calls.Count(c => c.Kind == "members");
            Assert.InRange(pages, 0, sent / 2 + 1 + 8 + 2);
        }
        Assert.Equal(1_201, sent);
        Assert.InRange(rig.Company.MostAtOnce, 2, 4);
    }

    [Fact]
    public async Task Cancellation_EndsCallsAndLeavesNothingBehind()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var rig = new WalkRig(Company());
        var begun = new TaskCompletionSource();
        rig.Company.Before = async (call, token) =>
        {
            if (call.Kind != "members") return;
            begun.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, rig.Clock, token);
        };
        var walking = Task.Run(async () =>
        {
            await foreach (var _ in rig.WalkAsync(cancellation: cancel.Token))
            {
            }
        }, Stop);
        await begun.Task.WaitAsync(Stop);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => walking);
        Assert.Equal((0, 0, 0), (rig.Company.Running, rig.Walk.Turns.Count, rig.Walk.Load.Walks));
        Assert.Equal(0, rig.Clock.ArmedTimers);
    }

    // A reader that goes away without a word leaves nothing behind either.
    [Fact]
    public async Task ReaderThatLeaves_EndsTheWalk()
    {
        using var rig = new WalkRig(Company());
        await foreach (var _ in rig.WalkAsync(WalkRig.Root(batchSize: 1))) break;
        Assert.Equal((0, 0, 0), (rig.Company.Running, rig.Walk.Turns.Count, rig.Walk.Load.Walks));
    }

    [Fact]
    public async Task TooManyWalks_AreRefused()
    {
        using var rig = new WalkRig(Company(), new() { MaxWalks = 1 });
        await using var first = rig.WalkAsync(WalkRig.Root(batchSize: 1)).GetAsyncEnumerator(Stop);
        await first.MoveNextAsync();
        Assert.Equal(FailureReason.BudgetExhausted, (await rig.ReadAsync()).Last.Broken!.Reason);
        await first.DisposeAsync();
        (await rig.ReadAsync()).AssertComplete();
    }

    // Design §6: a page about somebody who has changed since it was asked for is neither cached nor sent.
    [Fact]
    public async Task PageAboutSomebodyWhoChanged_IsAskedForAgain()
    {
        using var rig = new WalkRig(Company());
        int asked = 0;
        rig.Company.Before = (call, _) =>
        {
            if (call is { Kind: "members", Id: "od-b" } && ++asked == 1) rig.Watermarks.End(PersonId.Of(WalkRig.Scope, IdType.OpenId, "ou_b1"));
            if (call is { Kind: "members", Id: "od-b" } && asked > 1) rig.Clock.Advance(TimeSpan.FromMilliseconds(1));
            return Task.CompletedTask;
        };
        var walked = await rig.ReadAsync();
        walked.AssertComplete();
        Assert.Single(walked.Members, "ou_b1");
        Assert.True(asked >= 2);
    }
}
