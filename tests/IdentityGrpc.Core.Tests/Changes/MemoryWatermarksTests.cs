using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Core.Tests.Changes;

public class MemoryWatermarksTests
{
    private static readonly AppTenant s_scope = new(new("cli_a"), new("p"), new("t"));
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void EndOf_NothingEnded_IsNever() =>
        Assert.Equal(DateTimeOffset.MinValue, new MemoryWatermarks(_clock).EndOf(s_scope, PersonId.Of(s_scope, IdType.UserId, "u")));

    [Fact]
    public void End_UserId_HoldsForAllAppsOfTheTenantAndNoOther()
    {
        var marks = new MemoryWatermarks(_clock);
        var id = PersonId.Of(s_scope, IdType.UserId, "u");
        marks.End(id);
        var sibling = s_scope with { App = new("cli_b") };
        Assert.Equal(_clock.GetUtcNow(), marks.EndOf(s_scope, id));
        Assert.Equal(_clock.GetUtcNow(), marks.EndOf(sibling, PersonId.Of(sibling, IdType.UserId, "u")));
        Assert.Equal(DateTimeOffset.MinValue, marks.EndOf(s_scope, PersonId.Of(s_scope, IdType.UserId, "v")));
        var other = s_scope with { Tenant = new("t2") };
        Assert.Equal(DateTimeOffset.MinValue, marks.EndOf(other, PersonId.Of(other, IdType.UserId, "u")));
    }

    [Fact]
    public void End_Contact_HoldsForAllAppsOfTheTenant()
    {
        var marks = new MemoryWatermarks(_clock);
        Assert.True(Contact.TryParseEmail("ada@x.test", out var contact, out _));
        marks.End(s_scope.Tenant, contact);
        Assert.Equal(_clock.GetUtcNow(), marks.EndOf(s_scope with { App = new("cli_b") }, contact));
        Assert.Equal(DateTimeOffset.MinValue, marks.EndOf(s_scope with { Tenant = new("t2") }, contact));
    }

    [Fact]
    public void End_WholeScope_HoldsForEveryKeyOfTheAppOnly()
    {
        var marks = new MemoryWatermarks(_clock);
        marks.End(s_scope);
        Assert.Equal(_clock.GetUtcNow(), marks.EndOf(s_scope, PersonId.Of(s_scope, IdType.OpenId, "ou_x")));
        var sibling = s_scope with { App = new("cli_b") };
        Assert.Equal(DateTimeOffset.MinValue, marks.EndOf(sibling, PersonId.Of(sibling, IdType.OpenId, "ou_x")));
    }

    [Fact]
    public void End_MoreKeysThanTheCapacity_EndsTooMuchNeverTooLittle()
    {
        var marks = new MemoryWatermarks(_clock, capacity: 3);
        var ends = new Dictionary<PersonId, DateTimeOffset>();
        foreach (string name in new[] { "a", "b", "a", "c", "d", "e", "b", "f" })
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            var id = PersonId.Of(s_scope, IdType.UserId, name);
            marks.End(id);
            ends[id] = _clock.GetUtcNow();
            Assert.All(ends, e => Assert.InRange(marks.EndOf(s_scope, e.Key), e.Value, _clock.GetUtcNow()));
        }
        Assert.InRange(marks.EndOf(s_scope, PersonId.Of(s_scope, IdType.UserId, "never ended")), DateTimeOffset.MinValue.AddTicks(1), _clock.GetUtcNow() - TimeSpan.FromSeconds(1));
    }
}
