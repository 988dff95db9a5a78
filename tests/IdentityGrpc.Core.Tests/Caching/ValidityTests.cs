using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Tests.Changes;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Core.Tests.Caching;

public class ValidityTests
{
    private static readonly AppTenant s_a = new(new("cli_a"), new("p"), new("t")), s_b = s_a with { App = new("cli_b") };
    private static readonly Person s_ada = new() { OpenId = "ou_ada", UnionId = "on_ada", UserId = "ada" };
    private readonly ManualTimeProvider _time = new();
    private readonly TestDigests _digests = new();
    private readonly MemoryWatermarks _marks;
    private readonly Validity _validity;
    private readonly DateTimeOffset _before;

    public ValidityTests()
    {
        _marks = new(new LocalClock(_time));
        _validity = new(_marks, _digests);
        _before = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData(IdType.UnionId, "on_ada")]
    [InlineData(IdType.UserId, "ada")]
    public void HasEnded_ChangeToldToAnotherApp_EndsWhatHoldsOneOfItsIds_R14(IdType type, string id)
    {
        _marks.End(PersonId.Of(s_b, type, id));
        var asked = PersonId.Of(s_a, IdType.OpenId, "ou_ada");
        Assert.True(_validity.HasEnded(s_a, asked, s_ada, _before));
        Assert.True(_validity.HasEnded(s_a, asked, s_ada, _time.GetUtcNow()));
        Assert.False(_validity.HasEnded(s_a, asked, s_ada, _time.GetUtcNow().AddTicks(1)));
        Assert.False(_validity.HasEnded(s_a, asked, person: null, _before));
    }

    [Fact]
    public void HasEnded_OpenIdOfAnotherApp_EndsNothing_R2()
    {
        _marks.End(PersonId.Of(s_b, IdType.OpenId, "ou_ada"));
        Assert.False(_validity.HasEnded(s_a, PersonId.Of(s_a, IdType.OpenId, "ou_ada"), s_ada, _before));
    }

    [Fact]
    public void HasEnded_Contact_EndsWithItsDigestItsPersonAndItsScope()
    {
        Assert.True(Contact.TryParseEmail("ada@x.test", out var contact, out _));
        Assert.False(Ended("ou_ada"));
        _marks.End(_digests.Of(s_b, contact)); // another app's
        Assert.False(Ended("ou_ada"));
        _marks.Apply(new() { MissesOf = s_a.Tenant }, _marks.Now);
        Assert.False(Ended("ou_ada"));
        Assert.True(Ended(null));
        _marks.End(PersonId.Of(s_a, IdType.OpenId, "ou_bea"));
        Assert.True(Ended("ou_bea"));
        Assert.False(Ended("ou_ada"));
        _marks.End(_digests.Of(s_a, contact));
        Assert.True(Ended("ou_ada"));

        bool Ended(string? id) => _validity.HasEnded(s_a, contact, IdType.OpenId, id, _before);
    }

    [Fact]
    public void HasEnded_AllContactsOfOneApp_LeavesTheOtherAppAndIds()
    {
        Assert.True(Contact.TryParseMobile("+8613800138000", out var contact, out _));
        _marks.Apply(new() { ContactsOf = [s_a] }, _marks.Now);
        Assert.True(_validity.HasEnded(s_a, contact, IdType.OpenId, "ou_ada", _before));
        Assert.False(_validity.HasEnded(s_b, contact, IdType.OpenId, "ou_ada", _before));
        Assert.False(_validity.HasEnded(s_a, PersonId.Of(s_a, IdType.OpenId, "ou_ada"), s_ada, _before));
    }
}
