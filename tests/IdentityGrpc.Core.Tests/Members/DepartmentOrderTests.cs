using IdentityGrpc.Core.Members;

namespace IdentityGrpc.Core.Tests.Members;

public class DepartmentOrderTests
{
    private static readonly DepartmentOrder s_order = new("od-m", ["od-a", "od-k", "od-z"]);

    [Fact]
    public void From_Start_IsTheOneAskedForThenById() => Assert.Equal(["od-m", "od-a", "od-k", "od-z"], s_order.From(""));

    [Fact]
    public void From_ADepartment_GoesOnThere() => Assert.Equal(["od-k", "od-z"], s_order.From("od-k"));

    [Fact]
    public void From_ADepartmentThatIsGone_GoesOnAfterIt() => Assert.Equal(["od-k", "od-z"], s_order.From("od-b"));

    [Theory]
    [InlineData("od-a", "od-m", true)]   // the one asked for comes first
    [InlineData("od-k", "od-a", true)]
    [InlineData("od-a", "od-k", false)]
    [InlineData("od-m", "od-a", false)]
    [InlineData("od-k", "od-b", false)]  // outside the walk
    [InlineData("", "od-z", true)]       // independent members come last
    public void IsMemberEarlier_FollowsTheOrder(string at, string other, bool expected) =>
        Assert.Equal(expected, s_order.IsMemberEarlier([at, other], at));

    // A department that moved to the end comes after all others, and after those that moved before it; one that is out does not count.
    [Fact]
    public void IsMemberEarlier_OfDepartmentsThatFailed_FollowsTheOrderOfReading()
    {
        var order = new DepartmentOrder("od-m", ["od-a", "od-k", "od-z"]);
        order.MoveToEnd("od-k");
        order.MoveToEnd("od-a");
        Assert.True(order.IsMemberEarlier(["od-k", "od-z"], "od-k"));
        Assert.False(order.IsMemberEarlier(["od-k", "od-z"], "od-z"));
        Assert.True(order.IsMemberEarlier(["od-k", "od-a"], "od-a"));
        order.TakeOut("od-k");
        Assert.False(order.IsMemberEarlier(["od-k", "od-a"], "od-a"));
    }
}
