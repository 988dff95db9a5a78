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
        Assert.Equal(DateTimeOffset.MinValue, new MemoryWatermarks(new LocalClock(_clock)).EndOf(PersonId.Of(s_scope, IdType.UserId, "u")));

    [Fact]
    public void End_UserId_HoldsForAllAppsOfTheTenantAndNoOther()
    {
        var marks = new MemoryWatermarks(new LocalClock(_clock));
        var id = PersonId.Of(s_scope, IdType.UserId, "u");
        marks.End(id);
        var sibling = s_scope with { App = new("cli_b") };
        Assert.Equal(_clock.GetUtcNow(), marks.EndOf(id));
        Assert.Equal(_clock.GetUtcNow(), marks.EndOf(PersonId.Of(sibling, IdType.UserId, "u")));
        Assert.Equal(DateTimeOffset.MinValue, marks.EndOf(PersonId.Of(s_scope, IdType.UserId, "v")));
        var other = s_scope with { Tenant = new("t2") };
        Assert.Equal(DateTimeOffset.MinValue, marks.EndOf(PersonId.Of(other, IdType.UserId, "u")));
    }

    [Fact]
    public void End_WholeScope_HoldsForTheAppOnly()
    {
        var marks = new MemoryWatermarks(new LocalClock(_clock));
        marks.End(s_scope);
        Assert.Equal(_clock.GetUtcNow(), marks.EndOf(s_scope));
        Assert.Equal(DateTimeOffset.MinValue, marks.EndOf(s_scope with { App = new("cli_b") }));
    }

    [Fact]
    public void EndAll_HoldsForEveryScope()
    {
        var marks = new MemoryWatermarks(new LocalClock(_clock));
        marks.EndAll(_clock.GetUtcNow());
        Assert.Equal((_clock.GetUtcNow(), _clock.GetUtcNow()), (marks.EndOf(s_scope), marks.Latest));
    }

    [Fact]
    public void Apply_EarlierEnd_MovesNoMarkBack()
    {
        var marks = new MemoryWatermarks(new LocalClock(_clock));
        var id = PersonId.Of(s_scope, IdType.UserId, "u");
        var ends = new Ends { People = [id], Scopes = [s_scope], ContactsOf = [s_scope], MissesOf = s_scope.Tenant, DepartmentsOf = s_scope.Tenant, Contacts = [new(1)] };
        var at = _clock.GetUtcNow();
        marks.Apply(ends, at);
        marks.Apply(ends, at - TimeSpan.FromSeconds(1));
        marks.EndAll(at - TimeSpan.FromSeconds(1));
        Assert.All([marks.EndOf(id), marks.EndOf(s_scope), marks.EndOfContacts(s_scope), marks.EndOfMisses(s_scope.Tenant), marks.EndOfDepartments(s_scope.Tenant), marks.EndOf(new ContactDigest(1)), marks.Latest],
            end => Assert.Equal(at, end));
    }

    [Fact]
    public void End_MoreKeysThanTheCapacity_EndsTooMuchNeverTooLittle()
    {
        var marks = new MemoryWatermarks(new LocalClock(_clock), capacity: 3);
        var ends = new Dictionary<PersonId, DateTimeOffset>();
        foreach (string name in new[] { "a", "b", "a", "c", "d", "e", "b", "f" })
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            var id = PersonId.Of(s_scope, IdType.UserId, name);
            marks.End(id);
            ends[id] = _clock.GetUtcNow();
            Assert.All(ends, e => Assert.InRange(marks.EndOf(e.Key), e.Value, _clock.GetUtcNow()));
        }
        Assert.InRange(marks.EndOf(PersonId.Of(s_scope, IdType.UserId, "never ended")), DateTimeOffset.MinValue.AddTicks(1), _clock.GetUtcNow() - TimeSpan.FromSeconds(1));
    }
}
