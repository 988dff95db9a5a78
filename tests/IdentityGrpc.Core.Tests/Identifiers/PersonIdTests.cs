using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Tests.Identifiers;

public class PersonIdTests
{
    private static readonly AppTenant s_scope = new(new("cli_1"), new("p1"), new("t1"));

    [Theory]
    [InlineData("ou_1", IdType.OpenId)]
    [InlineData("on_1", IdType.UnionId)]
    [InlineData("ada01", IdType.UserId)]
    [InlineData("李雷", IdType.UserId)]
    [InlineData(" ou_1 ", IdType.OpenId)]
    public void TryParse_Unset_TellsTheKindByPrefix(string text, IdType expected)
    {
        Assert.True(PersonId.TryParse(s_scope, null, text, out var id, out _));
        Assert.Equal((expected, text.Trim()), (id.Type, id.Value));
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData(null, "a b")]
    [InlineData(null, "a\u0007")]
    [InlineData(null, "a\u3000b")]
    [InlineData(null, "ou_李雷")]
    [InlineData(IdType.OpenId, "on_1")]
    [InlineData(IdType.UnionId, "ada01")]
    public void TryParse_Malformed_IsRefused(IdType? type, string text) => Assert.False(PersonId.TryParse(s_scope, type, text, out _, out _));

    [Fact]
    public void TryParse_65Characters_IsRefused() => Assert.False(PersonId.TryParse(s_scope, null, new string('a', 65), out _, out _));

    [Fact]
    public void TryParse_UserIdThatLooksLikeAnOpenId_IsTakenWhereTheKindIsNamed_R8() =>
        Assert.True(PersonId.TryParse(s_scope, IdType.UserId, "ou_1", out var id, out _) && id.Type == IdType.UserId);

    [Fact]
    public void Of_OtherApp_IsAnotherOpenIdButTheSameUnionIdAndUserId_R2_R4()
    {
        var sibling = s_scope with { App = new("cli_2") };
        Assert.NotEqual(PersonId.Of(s_scope, IdType.OpenId, "ou_1"), PersonId.Of(sibling, IdType.OpenId, "ou_1"));
        Assert.Equal(PersonId.Of(s_scope, IdType.UnionId, "on_1"), PersonId.Of(sibling, IdType.UnionId, "on_1"));
        Assert.Equal(PersonId.Of(s_scope, IdType.UserId, "ada"), PersonId.Of(sibling, IdType.UserId, "ada"));
    }

    [Fact]
    public void Of_OtherProviderOrTenant_IsAnotherId_R1_R4_R6()
    {
        Assert.NotEqual(PersonId.Of(s_scope, IdType.UnionId, "on_1"), PersonId.Of(s_scope with { Provider = new("p2") }, IdType.UnionId, "on_1"));
        foreach (var type in Enum.GetValues<IdType>())
        {
            Assert.NotEqual(PersonId.Of(s_scope, type, "x"), PersonId.Of(s_scope with { Tenant = new("t2") }, type, "x"));
        }
    }
}
