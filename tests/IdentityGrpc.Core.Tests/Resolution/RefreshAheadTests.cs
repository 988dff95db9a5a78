using IdentityGrpc.Core.Batching;
using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Resolution;
using Microsoft.Extensions.Logging.Abstractions;

namespace IdentityGrpc.Core.Tests.Resolution;

public class RefreshAheadTests
{
    private static readonly BudgetKey s_api = new(Apis.UsersBatch, ScriptedLookup.A);
    private static readonly IdLane s_lane = new(ScriptedLookup.A, IdType.UserId, Singly: false);
    private static readonly Wanted s_userId = new(IdTypes.UserId, Status: false, IncludeResigned: false, default);
    private readonly Chain _chain = new();

    [Fact]
    public async Task Convert_HotAndAging_IsAskedAheadOfExpiryAndNobodyWaits()
    {
        await ReadAsync(3);
        _chain.Time.Advance(TimeSpan.FromMinutes(7));
        await ReadAsync(3);
        Assert.Single(_chain.Lookup.Asked);
        _chain.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(AnswerSource.Memory, Assert.Single(await _chain.ConvertAsync(s_userId, "ada")).Source);
        await _chain.PeopleAhead.Work;
        Assert.Equal(2, _chain.Lookup.Asked.Count);
        _chain.Time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(AnswerSource.Memory, Assert.Single(await _chain.ConvertAsync(s_userId, "ada")).Source);
    }

    [Fact]
    public async Task Convert_ReadOnceOnly_IsLeftToExpire()
    {
        await ReadAsync(1);
        _chain.Time.Advance(TimeSpan.FromMinutes(9));
        await ReadAsync(1);
        await _chain.PeopleAhead.Work;
        Assert.Single(_chain.Lookup.Asked);
    }

    [Fact]
    public async Task Resolve_HotAndAging_IsAskedAheadOfExpiry()
    {
        var openId = s_userId with { Ids = IdTypes.OpenId };
        for (int i = 0; i < 3; i++) await _chain.ResolveAsync(openId, "ada@x.test");
        _chain.Time.Advance(TimeSpan.FromMinutes(9));
        await _chain.ResolveAsync(openId, "ada@x.test");
        await _chain.ContactsAhead.Work;
        Assert.Equal(["contacts OpenId 1", "contacts OpenId 1"], _chain.Lookup.Asked);
    }

    [Fact]
    public async Task Convert_BudgetHasNoRoom_IsLeftToExpire()
    {
        _chain.Budget.IsFull = true;
        await ReadAsync(3);
        _chain.Time.Advance(TimeSpan.FromMinutes(9));
        await ReadAsync(3);
        await _chain.PeopleAhead.Work;
        Assert.Single(_chain.Lookup.Asked);
    }

    [Fact]
    public async Task Convert_PlatformFails_PausesBeforeItIsAskedAgain()
    {
        await ReadAsync(3);
        _chain.Time.Advance(TimeSpan.FromMinutes(8.5));
        _chain.Lookup.Trouble = Failure.Late;
        for (int i = 0; i < 5; i++)
        {
            await ReadAsync(1);
            await _chain.PeopleAhead.Work;
        }
        Assert.Equal(2, _chain.Lookup.Asked.Count);
        _chain.Time.Advance(TimeSpan.FromSeconds(5));
        await ReadAsync(1);
        await _chain.PeopleAhead.Work;
        Assert.Equal(3, _chain.Lookup.Asked.Count);
    }

    [Fact]
    public async Task Offer_KeyUnderWay_IsNotAskedTwiceAndOthersAreAskedTogetherAfterIt()
    {
        var gate = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var rounds = new List<int>();
        await using var ahead = Make();
        Task<bool> Ask(IdLane lane, IReadOnlyList<PersonId> keys, CallContext call)
        {
            Assert.Equal(Priority.Bulk, call.Priority);
            rounds.Add(keys.Count);
            started.TrySetResult();
            return gate.Task;
        }
        ahead.Offer(s_api, s_lane, Id(0), Ask);
        await started.Task;
        for (int i = 0; i < 2_000; i++) ahead.Offer(s_api, s_lane, Id(i % 1_500), Ask);
        gate.SetResult(true);
        await ahead.Work;
        Assert.Equal([1, 1_000], rounds);
    }

    [Fact]
    public async Task Dispose_AskUnderWay_EndsIt()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ahead = Make();
        ahead.Offer(s_api, s_lane, Id(0), async (_, _, call) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, _chain.Time, call.Cancellation);
            return true;
        });
        await started.Task;
        await ahead.DisposeAsync();
        ahead.Offer(s_api, s_lane, Id(1), (_, _, _) => throw new InvalidOperationException("Asked after the end."));
        Assert.True(ahead.Work.IsCompletedSuccessfully);
    }

    private RefreshAhead<IdLane, PersonId> Make() => new(_chain.Budget, _chain.Time, NullLogger<RefreshAhead<IdLane, PersonId>>.Instance);

    private static PersonId Id(int who) => PersonId.Of(ScriptedLookup.A, IdType.UserId, $"u{who}");

    private async Task ReadAsync(int times)
    {
        for (int i = 0; i < times; i++) await _chain.ConvertAsync(s_userId, "ada");
    }
}
