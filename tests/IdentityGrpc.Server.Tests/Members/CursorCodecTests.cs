using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Members;
using IdentityGrpc.Server.Members;
using IdentityGrpc.Server.Operations;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Server.Tests.Members;

public class CursorCodecTests
{
    private static readonly AppTenant s_scope = new(new("cli_a"), new("provider"), new("tenant"));
    private static readonly V1.StreamDepartmentMembersRequest s_request = new() { App = "a", DepartmentId = "0", Recursive = true };
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void Read_WhatAnotherReplicaWrote_IsThePosition()
    {
        var outage = new Failure(FailureReason.UpstreamUnavailable, "The platform failed.") { Retryable = true };
        var at = new WalkPosition
        {
            Phase = WalkPhase.Deferred,
            Root = "0",
            At = new("od-a") { PageToken = "token", Offset = 3, Rows = 53, Last = ulong.MaxValue },
            DepartmentsKnown = 9,
            DepartmentsDone = 7,
            Sent = 1_000,
            Estimate = 2_000,
            MayRepeat = true,
            Deferred = [new(new("od-a") { Rows = 50 }, outage, KeepsItsPlace: true), new(new("od-b"), outage, KeepsItsPlace: false)],
            Skipped = [new(SkippedKind.Department, "od-c", new(FailureReason.NoPermission, "Outside.")) { IsPartlyRead = true }],
            SkippedUnlisted = 4,
        };
        var read = ReadBack(Codec().Write(s_scope, s_request, at, ProfileFields.Email | ProfileFields.Base), out _)!;
        Assert.Equivalent(at, read.Position, strict: true);
        Assert.Equal(ProfileFields.Email | ProfileFields.Base, read.Shown);
    }

    // Every single bit counts.
    [Fact]
    public void Read_Changed_IsForged()
    {
        string cursor = Codec().Write(s_scope, s_request, WalkPosition.Start, ProfileFields.None);
        for (int i = 0; i < cursor.Length; i++)
        {
            string forged = cursor[..i] + (cursor[i] == 'A' ? 'B' : 'A') + cursor[(i + 1)..];
            Assert.Null(ReadBack(forged, out var problem));
            Assert.Equal(CursorProblem.Forged, problem);
        }
    }

    [Theory]
    [InlineData("x")]
    [InlineData("not base64!")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void Read_Nonsense_IsForged(string cursor)
    {
        Assert.Null(ReadBack(cursor, out var problem));
        Assert.Equal(CursorProblem.Forged, problem);
    }

    [Fact]
    public void Read_OfAnotherAppOrTenant_IsRefused()
    {
        string cursor = Codec().Write(s_scope, s_request, WalkPosition.Start, ProfileFields.None);
        var request = Asking(cursor);
        Assert.Null(Codec().Read(s_scope with { App = new("cli_b") }, request, out var app));
        Assert.Null(Codec().Read(s_scope with { Tenant = new("other") }, request, out var tenant));
        Assert.Equal((CursorProblem.Forged, CursorProblem.OfAnotherRequest), (app, tenant));
    }

    [Fact]
    public void Read_AfterItsLifetime_IsTooOld()
    {
        string cursor = Codec().Write(s_scope, s_request, WalkPosition.Start, ProfileFields.None);
        _clock.Advance(TimeSpan.FromDays(7));
        Assert.NotNull(ReadBack(cursor, out _));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(ReadBack(cursor, out var problem));
        Assert.Equal(CursorProblem.TooOld, problem);
    }

    // With both lists full of ids, and the longest messages.
    [Fact]
    public void Write_FullPosition_StaysSmall()
    {
        var failure = new Failure(FailureReason.NoPermission, new string('x', 160));
        var at = WalkPosition.Start with
        {
            Deferred = [.. Enumerable.Range(0, WalkPosition.MaxListed).Select(i => new DeferredDepartment(new($"od-{i:D32}") { PageToken = new string('t', 64), Rows = 1, Last = 1 }, failure, true))],
            Skipped = [.. Enumerable.Range(0, WalkPosition.MaxListed).Select(i => new SkippedPart(SkippedKind.Department, $"od-{i:D32}", failure))],
        };
        string cursor = Codec().Write(s_scope, s_request, at, ProfileFields.None);
        Assert.InRange(cursor.Length, 0, 32 << 10);
        Assert.NotNull(ReadBack(cursor, out _));
    }

    private CursorCodec Codec() => new(new AppKeys(new Dictionary<AppId, string> { [new("cli_a")] = "secret", [new("cli_b")] = "other" }), new(), _clock);

    private Resumption? ReadBack(string cursor, out CursorProblem problem) => Codec().Read(s_scope, Asking(cursor), out problem);

    private static V1.StreamDepartmentMembersRequest Asking(string cursor)
    {
        var request = s_request.Clone();
        request.Cursor = cursor;
        return request;
    }
}
