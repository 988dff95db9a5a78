using IdentityGrpc.Core.Directory;
using IdentityGrpc.Testing;
using static IdentityGrpc.Core.Tests.Batching.LookupRig;

namespace IdentityGrpc.Core.Tests.Batching;

/// <summary>How rows are joined to keys, and what becomes of calls that fail.</summary>
public class JoiningTests
{
    [Fact]
    public void FindByContact_RowsInAnyOrderWithStrangersAmongThem_AreJoinedOnTheEcho() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig();
        rig.Directory.Rows = rows => [new(Email("stranger"), "ou_stranger", null), .. rows];
        var answers = await rig.Lookup.FindByContactAsync(Contacts, [Email("ada"), Mobile(1), Email("unknown")], null, rig.Call());
        AssertRight(Email("ada"), answers[0]);
        AssertRight(Mobile(1), answers[1]);
        Assert.Same(Failure.NotFound, answers[2].Outcome.Failure); // R25
    });

    [Fact]
    public void FindByContact_ContactNotEchoed_IsUnavailableNotUnknown() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig();
        rig.Directory.Rows = rows => [.. rows.Where(r => r.Contact != Email("ada"))];
        var answers = await rig.Lookup.FindByContactAsync(Contacts, [Email("ada"), Email("bea")], null, rig.Call());
        Assert.Equal((FailureReason.UpstreamUnavailable, true), (answers[0].Outcome.Failure?.Reason, answers[0].Outcome.Failure?.Retryable));
        AssertRight(Email("bea"), answers[1]);
    });

    [Fact]
    public void FindByContact_RowsContradictEachOther_AnswerNothing() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig();
        rig.Directory.Rows = rows => [.. rows, .. rows, new(Email("ada"), "ou_another", null), .. rows];
        var answers = await rig.Lookup.FindByContactAsync(Contacts, [Email("ada"), Email("bea")], null, rig.Call());
        Assert.Equal(FailureReason.UpstreamUnavailable, answers[0].Outcome.Failure?.Reason);
        AssertRight(Email("bea"), answers[1]);
    });

    [Fact]
    public void GetUsers_NoRowForAKey_IsNotFound() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig();
        rig.Directory.IsUnknown = id => id == "ou_nobody";
        var answers = await rig.Lookup.GetUsersAsync(OpenIds, [OpenId("ada"), OpenId("nobody")], null, rig.Call());
        AssertRight(OpenId("ada"), answers[0]);
        Assert.Same(Failure.NotFound, answers[1].Outcome.Failure);
    });

    [Fact]
    public void GetUsers_RowsWithoutUserId_AreAskedSingly() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig();
        rig.Directory.People = people => [.. people.Select(p => p with { UserId = null })];
        var ids = Enumerable.Range(0, 120).Select(i => UserId(i == 7 ? "unknown7" : $"u{i}")).ToArray();
        var answers = await rig.Lookup.GetUsersAsync(UserIds, ids, null, rig.Call());
        for (int i = 0; i < ids.Length; i++)
        {
            if (i == 7) Assert.Same(Failure.NotFound, answers[i].Outcome.Failure);
            else Assert.Equal(ScriptedDirectory.PersonOf(Scope, ids[i].Type, ids[i].Value) with { UserId = null }, answers[i].Outcome.Value);
        }
        Assert.Equal(120, rig.Directory.Calls.Count(c => c.Api == "user"));
        Assert.InRange(rig.Directory.Calls.Count(c => c.Api == "users"), 1, 3);
        await rig.GetAsync(UserId("later"));
        Assert.Equal("user", rig.Directory.Calls[^1].Api);
        rig.Clock.Advance(TimeSpan.FromMinutes(5)); // the scope may have been granted
        await rig.GetAsync(UserId("muchlater"));
        Assert.Equal("users", rig.Directory.Calls[^2].Api);
    });

    [Fact]
    public void GetUsers_CancelledWhileAskedSingly_StopsAsking() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig(new() { SingleCallsInFlight = 2 });
        rig.Directory.People = people => [.. people.Select(p => p with { UserId = null })];
        rig.Directory.OnCall = keys => rig.Directory.Holds = true; // from the second call on
        using var cancel = new CancellationTokenSource();
        var gone = rig.Lookup.GetUsersAsync(UserIds, [.. Enumerable.Range(0, 40).Select(i => UserId($"u{i}"))], null, rig.Call(cancel: cancel));
        await SingleThread.SettleAsync();
        Assert.Equal(2, rig.Directory.Held);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        await UntilAsync(() => rig.Lookup.KeysAsked <= 2); // the cancellation goes on elsewhere
        rig.Directory.ReleaseAll();
        await UntilAsync(() => rig.Lookup.KeysAsked == 0);
        Assert.Equal(3, rig.Directory.Calls.Count);
    });

    [Fact]
    public void GetUsers_SingleAnswerForAnotherPerson_IsNeverServed() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig();
        rig.Directory.People = _ => [ScriptedDirectory.PersonOf(Scope, Core.Identifiers.IdType.UserId, "another")];
        var answer = await rig.GetAsync(UserId("ada"), lane: UserIds with { Singly = true });
        Assert.Equal(FailureReason.UpstreamUnavailable, answer.Outcome.Failure?.Reason);
    });

    [Fact]
    public void GetUsers_CallFails_TellsAllItsKeysAndNoOthers() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig();
        var failure = new Failure(FailureReason.NoPermission, "scope") { MissingScopes = ["contact:contact.base:readonly"] };
        rig.Directory.Fails = keys => keys.Contains("ou_n0") ? failure : null;
        var answers = await rig.Lookup.GetUsersAsync(OpenIds, [.. Enumerable.Range(0, 100).Select(i => OpenId($"n{i}"))], null, rig.Call());
        Assert.All(answers[..50], a => Assert.Same(failure, a.Outcome.Failure));
        Assert.All(answers[50..], a => Assert.True(a.Outcome.Succeeded));
    });

    [Fact]
    public void GetUsers_DirectoryThrows_FailsItsKeysAndGoesOn() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig();
        rig.Directory.Fails = _ => throw new InvalidOperationException("a bug");
        Assert.Equal(FailureReason.UpstreamUnavailable, (await rig.GetAsync(OpenId("ada"))).Outcome.Failure?.Reason);
        rig.Directory.Fails = _ => null;
        AssertRight(OpenId("ada"), await rig.GetAsync(OpenId("ada")));
    });

    [Fact]
    public void GetUsers_PlatformSilent_EndsWithTheCallTimeout() => SingleThread.Run(async () =>
    {
        using var rig = new LookupRig(new() { CallTimeout = TimeSpan.FromSeconds(5) });
        rig.Directory.Holds = true;
        var answer = rig.GetAsync(OpenId("ada"));
        rig.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((FailureReason.UpstreamUnavailable, true), ((await answer).Outcome.Failure?.Reason, (await answer).Outcome.Failure?.Retryable));
        Assert.Equal(0, rig.Clock.ArmedTimers);
    });
}
