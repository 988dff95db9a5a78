using Grpc.Core;
using IdentityGrpc.Chaos.Faults;
using IdentityGrpc.V1;

namespace IdentityGrpc.Chaos.Tests;

/// <summary>The checks of the matrix: they must see what they are there for.</summary>
public class CheckTests(ChaosBed bed) : IClassFixture<ChaosBed>
{
    private static readonly Key<string>[] s_keys =
    [
        new("ou_a", new() { OpenId = "ou_a", UnionId = "on_a", UserId = "a" }, null),
        new("ou_b", new() { OpenId = "ou_b", UnionId = "on_b", UserId = "b" }, null),
        new("ou_x", null, UnresolvedReason.CrossAppId),
    ];

    [Fact]
    public void Judge_RightAnswers_IsComplete()
    {
        var received = Judge(Found(0), Found(1), Missed(UnresolvedReason.CrossAppId));
        Assert.True(received.IsComplete);
        Assert.Equal("2 of 3 right, 1 CROSS_APP_ID", received.ToString());
    }

    [Fact]
    public void Judge_AnswersSwapped_NamesWrongIdentities() =>
        Assert.Equal(["key 0 got a wrong identity", "key 1 got a wrong identity"], Judge(Found(1), Found(0), Missed(UnresolvedReason.CrossAppId)).Broken);

    [Fact]
    public void Judge_IdentityOfAWrongKey_NamesIt() => Assert.Equal(["key 2 got a wrong identity"], Judge(Found(0), Found(1), Found(0)).Broken);

    [Fact]
    public void Judge_AnswerWithoutUserId_IsAWrongIdentity()
    {
        var withheld = new Conversion { Identity = new() { OpenId = "ou_a", UnionId = "on_a" } };
        Assert.Single(Judge(withheld, Found(1), Missed(UnresolvedReason.CrossAppId)).Broken);
    }

    [Fact]
    public void Judge_AnswerMissing_IsLost()
    {
        Assert.Contains("2 answers to 3 keys", Judge(Found(0), Found(1)).Broken);
        Assert.Contains("key 1 lost its answer", Judge(Found(0), new Conversion(), Missed(UnresolvedReason.CrossAppId)).Broken);
        Assert.Contains("key 1 lost its answer", Judge(Found(0), Missed(UnresolvedReason.Unspecified), Missed(UnresolvedReason.CrossAppId)).Broken);
    }

    [Fact]
    public void Judge_WrongReason_IsNamed() =>
        Assert.Equal(["key 2 got NOT_FOUND_OR_NOT_VISIBLE for CROSS_APP_ID"], Judge(Found(0), Found(1), Missed(UnresolvedReason.NotFoundOrNotVisible)).Broken);

    [Fact]
    public void Judge_Unavailable_IsIncompleteAndNoBrokenPromise()
    {
        var received = Judge(Found(0), Missed(UnresolvedReason.UpstreamUnavailable), Missed(UnresolvedReason.CrossAppId));
        Assert.False(received.IsComplete);
        Assert.Empty(received.Broken);
    }

    [Fact]
    public void JudgeWalk_Everybody_IsComplete() => Assert.True(JudgeWalk(Whole()).IsComplete);

    [Fact]
    public void JudgeWalk_MemberLostWithoutAWord_IsBroken()
    {
        var walk = Whole();
        walk.Members.RemoveAt(3);
        Assert.Equal(["1 members are missing without a word"], JudgeWalk(walk).Broken);
    }

    [Fact]
    public void JudgeWalk_MemberOfASkippedDepartmentLost_IsIncompleteAndNoBrokenPromise()
    {
        var walk = Whole();
        string department = bed.Bed.People.Find(walk.Members[3].Identity.OpenId)!.DepartmentIds[0];
        walk.Members.RemoveAt(3);
        walk.Summary = new() { Skipped = { new Skipped { DepartmentId = department, Reason = UnresolvedReason.UpstreamUnavailable } } };
        var received = JudgeWalk(walk);
        Assert.False(received.IsComplete);
        Assert.Empty(received.Broken);
    }

    [Fact]
    public void JudgeWalk_MemberTwice_IsBroken()
    {
        var walk = Whole();
        walk.Members.Add(walk.Members[0]);
        Assert.Equal(["a member came twice"], JudgeWalk(walk).Broken);
    }

    [Fact]
    public void JudgeWalk_IdsOfTwoPeopleMixed_IsBroken()
    {
        var walk = Whole();
        walk.Members[0].Identity.UserId = walk.Members[1].Identity.UserId;
        Assert.Equal(["a member is wrong"], JudgeWalk(walk).Broken);
    }

    [Fact]
    public void JudgeWalk_NoSummary_IsBroken()
    {
        var walk = Whole();
        walk.Summary = null;
        Assert.Contains("the walk ended without a summary", JudgeWalk(walk).Broken);
    }

    [Fact]
    public void Received_CallFailed_SaysItsStatus() => Assert.Equal("RESOURCE_EXHAUSTED", Received.Of(new(new Status(StatusCode.ResourceExhausted, ""))).ToString());

    private static Received Judge(params Conversion[] answers) => AnswerCheck.Judge(s_keys, answers, a => (a.Identity, a.Unresolved));

    private static Conversion Found(int key) => new() { Identity = s_keys[key].Identity!.Clone() };

    private static Conversion Missed(UnresolvedReason reason) => new() { Unresolved = new() { Reason = reason } };

    private StreamDepartmentMembersResponse Whole() => new()
    {
        Members = { bed.Bed.People.Staff.Select(u => new Member { Identity = bed.Bed.People.IdentityOf(u) }) },
        Summary = new() { Complete = true },
    };

    private Received JudgeWalk(StreamDepartmentMembersResponse message) => MembersCheck.Judge(new([message], null), bed.Bed.People, bed.Bed.People.Staff);
}
