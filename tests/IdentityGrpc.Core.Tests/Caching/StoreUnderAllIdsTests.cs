using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Tests.Caching;

public class StoreUnderAllIdsTests
{
    private static readonly AppTenant s_scope = new(new("cli_1"), new("p1"), new("t1"));

    // R16: the user_id of who has resigned, or may have, is free for somebody else.
    [Theory]
    [InlineData(UserStatus.Activated, true)]
    [InlineData(UserStatus.Frozen, true)]
    [InlineData(UserStatus.Resigned, false)]
    [InlineData(null, false)]
    public void StoreUnderAllIds_OfAPerson_LeadsFromTheUserIdOnlyToAMember_R16(UserStatus? status, bool leads)
    {
        var cache = new MemoryIdentityCache(new());
        var person = new Person { OpenId = "ou_1", UnionId = "on_1", UserId = "ada", Status = status };
        cache.StoreUnderAllIds(s_scope, person, includeResigned: true, DateTimeOffset.UnixEpoch);
        Assert.Same(person, Find(IdType.OpenId, "ou_1"));
        Assert.Same(person, Find(IdType.UnionId, "on_1"));
        Assert.Equal(leads ? person : null, Find(IdType.UserId, "ada"));

        Person? Find(IdType type, string id) => cache.Find(new PersonKey(s_scope, PersonId.Of(s_scope, type, id), IncludeResigned: true))?.Value;
    }
}
