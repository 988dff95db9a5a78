using Grpc.Core;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Server.Tests.Fixtures;
using IdentityGrpc.V1;
using Microsoft.Extensions.DependencyInjection;
using ChangeKind = IdentityGrpc.V1.ChangeKind;
using IdType = IdentityGrpc.Core.Identifiers.IdType;

namespace IdentityGrpc.Server.Tests.Events;

/// <summary>Design §8: changes go out as they become known, with a cursor, and a gap where some were missed.</summary>
public sealed class WatchIdentityChangesTests : IAsyncLifetime
{
    private static readonly AppTenant s_scope = new(new(EventBed.AppId), new(EventBed.Provider), new(EventBed.Tenant));
    private EventBed _bed = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _bed = await EventBed.StartAsync("Changes:Kept=100", "Changes:MaxWatchers=2");

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public async Task Watch_FromNow_BeginsWithACursorAndTellsOldAndNewIds()
    {
        await _bed.PostAsync(EventBed.EventOf("ou_before"));
        using var watch = Watch();
        var first = await NextAsync(watch);
        Assert.Equal((WatchIdentityChangesResponse.EventOneofCase.None, false), (first.EventCase, first.Cursor.Length == 0));
        await _bed.PostAsync(EventBed.Event(new
        {
            @object = new { open_id = "ou_1", union_id = "on_1", user_id = "new", email = "ada@ex.test", mobile = "", department_ids = new[] { "od-a" } },
            old_object = new { user_id = "old" },
        }));
        var change = (await NextAsync(watch)).Change;
        Assert.Equal(ChangeKind.UserUpdated, change.Kind);
        Assert.Equal(["ou_1"], change.OpenIds);
        Assert.Equal(["on_1"], change.UnionIds);
        Assert.Equal(["new", "old"], change.UserIds);
        Assert.Equal(["od-a"], change.DepartmentIds);
        Assert.False(change.ConcernsEverybody);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1767225600000), change.OccurredAt.ToDateTimeOffset());
        Assert.Equal(_bed.Clock.GetUtcNow(), change.KnownAt.ToDateTimeOffset());
    }

    [Fact]
    public async Task Watch_WithACursor_MissesAndRepeatsNothing()
    {
        string cursor;
        using (var watch = Watch())
        {
            await NextAsync(watch);
            await _bed.PostAsync(EventBed.EventOf("ou_1"));
            cursor = (await NextAsync(watch)).Cursor;
        }
        await _bed.PostAsync(EventBed.EventOf("ou_2"));
        await _bed.PostAsync(EventBed.EventOf("ou_3"));
        using var again = Watch(cursor);
        Assert.Equal(WatchIdentityChangesResponse.EventOneofCase.None, (await NextAsync(again)).EventCase);
        Assert.Equal(["ou_2"], (await NextAsync(again)).Change.OpenIds);
        Assert.Equal(["ou_3"], (await NextAsync(again)).Change.OpenIds);
    }

    [Fact]
    public async Task Watch_CursorTooOld_BeginsWithAGapAndGoesOn()
    {
        string cursor;
        using (var watch = Watch()) cursor = (await NextAsync(watch)).Cursor;
        for (int i = 0; i <= 100; i++) await _bed.PostAsync(EventBed.EventOf($"ou_{i}"));
        using var again = Watch(cursor);
        var first = await NextAsync(again);
        Assert.NotNull(first.Gap);
        await _bed.PostAsync(EventBed.EventOf("ou_next"));
        Assert.Equal(["ou_next"], (await NextAsync(again)).Change.OpenIds);
    }

    [Fact]
    public async Task Watch_CursorOfBeforeARestart_IsAGap()
    {
        string cursor;
        using (var watch = Watch()) cursor = (await NextAsync(watch)).Cursor;
        await using var restarted = await EventBed.StartAsync();
        using var again = restarted.Running.Identity.WatchIdentityChanges(new() { App = EventBed.App, Cursor = cursor }, cancellationToken: Stop);
        Assert.NotNull((await NextAsync(again)).Gap);
    }

    [Fact]
    public async Task Watch_CursorForgedOrOfAnotherTenant_IsInvalid()
    {
        string cursor;
        using (var watch = Watch()) cursor = (await NextAsync(watch)).Cursor;
        string changed = (cursor[0] == 'A' ? 'B' : 'A') + cursor[1..];
        foreach (string wrong in (string[])[changed, "?", "AAAA", new string('A', 5000)])
        {
            using var watch = Watch(wrong);
            var failure = await RpcFailures.ExpectAsync(StatusCode.InvalidArgument, () => NextAsync(watch));
            Assert.Contains("cursor", failure.Violations().Keys);
        }
    }

    [Fact]
    public async Task Watch_AppWithoutEvents_SaysSo()
    {
        using var watch = _bed.Running.Identity.WatchIdentityChanges(new() { App = "silent" }, cancellationToken: Stop);
        var failure = await RpcFailures.ExpectAsync(StatusCode.FailedPrecondition, () => NextAsync(watch));
        Assert.Equal("NO_EVENTS", failure.Reason());
    }

    [Fact]
    public async Task Watch_UnknownApp_IsNotFound()
    {
        using var watch = _bed.Running.Identity.WatchIdentityChanges(new() { App = "nobody" }, cancellationToken: Stop);
        await RpcFailures.ExpectAsync(StatusCode.NotFound, () => NextAsync(watch));
    }

    [Fact]
    public async Task Watch_MoreThanAllowed_IsRefusedAndPlacesAreGivenBack()
    {
        using var first = Watch();
        using var second = Watch();
        await NextAsync(first);
        await NextAsync(second);
        using (var third = Watch()) await RpcFailures.ExpectAsync(StatusCode.ResourceExhausted, () => NextAsync(third));
        first.Dispose();
        // The place is free when the service has noticed.
        for (bool taken = true; taken;)
        {
            using var fourth = Watch();
            try
            {
                await NextAsync(fourth);
                taken = false;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.ResourceExhausted)
            {
            }
        }
    }

    [Fact]
    public async Task Watch_Silence_IsBrokenByAHeartbeatWithANewerCursor()
    {
        string start;
        using (var before = Watch()) start = (await NextAsync(before)).Cursor;
        await Bus.PublishAsync(Change("elsewhere") with { ToldTo = new AppId("cli_another") }, Stop);
        using var watch = Watch(start);
        var first = await NextAsync(watch);
        var silence = new ChangesOptions().Heartbeat;
        await _bed.Clock.WhenTimerAsync(due => due == silence, Stop);
        _bed.Clock.Advance(silence);
        var heartbeat = await NextAsync(watch);
        Assert.Equal(WatchIdentityChangesResponse.EventOneofCase.None, heartbeat.EventCase);
        Assert.NotEqual(first.Cursor, heartbeat.Cursor);
    }

    [Fact]
    public async Task Watch_ChangesToldToOthers_AreNotShown()
    {
        using var watch = Watch();
        await NextAsync(watch);
        await Bus.PublishAsync(Change("of another app") with { ToldTo = new AppId("cli_another"), People = [PersonId.Of(s_scope, IdType.UserId, "secret")] }, Stop);
        await Bus.PublishAsync(Change("of another tenant") with { Tenant = new("tk_another") }, Stop);
        await Bus.PublishAsync(Change("own") with { People = [PersonId.Of(s_scope, IdType.OpenId, "ou_own")] }, Stop);
        Assert.Equal(["ou_own"], (await NextAsync(watch)).Change.OpenIds);
    }

    // An operator may end a user_id that this app must not know.
    [Fact]
    public async Task Watch_OperatorsChange_HidesUserIdsAndThenConcernsEverybody()
    {
        using var watch = Watch();
        await NextAsync(watch);
        var userId = PersonId.Of(s_scope, IdType.UserId, "secret");
        var union = PersonId.Of(s_scope, IdType.UnionId, "on_1");
        await Bus.PublishAsync(Change("a") with { Kind = Core.Changes.ChangeKind.Invalidated, ToldTo = null, People = [userId], Ends = new() { People = [userId] } }, Stop);
        await Bus.PublishAsync(Change("b") with { Kind = Core.Changes.ChangeKind.Invalidated, ToldTo = null, People = [union], Ends = new() { People = [union] } }, Stop);
        var first = (await NextAsync(watch)).Change;
        Assert.Equal((ChangeKind.Invalidated, true, 0), (first.Kind, first.ConcernsEverybody, first.UserIds.Count));
        var second = (await NextAsync(watch)).Change;
        Assert.Equal((false, "on_1"), (second.ConcernsEverybody, second.UnionIds.Single()));
    }

    [Fact]
    public async Task Watch_ScopeChange_ConcernsEverybody()
    {
        using var watch = Watch();
        await NextAsync(watch);
        await _bed.PostAsync(EventBed.Event(new { added = new { }, removed = new { } }, "contact.scope.updated_v3"));
        var change = (await NextAsync(watch)).Change;
        Assert.Equal((ChangeKind.ScopeUpdated, true), (change.Kind, change.ConcernsEverybody));
    }

    [Fact]
    public async Task Watch_ServiceStops_IsUnavailable()
    {
        var bed = await EventBed.StartAsync();
        using var watch = bed.Running.Identity.WatchIdentityChanges(new() { App = EventBed.App }, cancellationToken: Stop);
        await NextAsync(watch);
        var next = NextAsync(watch);
        bed.Running.Host.Services.GetRequiredService<Microsoft.Extensions.Hosting.IHostApplicationLifetime>().StopApplication();
        await RpcFailures.ExpectAsync(StatusCode.Unavailable, () => next);
        await bed.DisposeAsync();
    }

    private IChangeBus Bus => _bed.Running.Host.Services.GetRequiredService<IChangeBus>();

    private static Change Change(string id) => new() { EventId = id, Kind = Core.Changes.ChangeKind.UserUpdated, Tenant = s_scope.Tenant, ToldTo = s_scope.App, Ends = new() };

    private AsyncServerStreamingCall<WatchIdentityChangesResponse> Watch(string cursor = "") =>
        _bed.Running.Identity.WatchIdentityChanges(new() { App = EventBed.App, Cursor = cursor }, cancellationToken: Stop);

    private static async Task<WatchIdentityChangesResponse> NextAsync(AsyncServerStreamingCall<WatchIdentityChangesResponse> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext(Stop));
        return watch.ResponseStream.Current;
    }
}
