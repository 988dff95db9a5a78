using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Tests.Caching;

public class MemoryIdentityCacheTests
{
    private const string Hex = "0123456789abcdef0123456789abcdef";
    private static readonly AppTenant s_scope = new(new("cli_1"), new("p1"), new("t1"));
    private static readonly DateTimeOffset s_then = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.FromHours(8)).AddTicks(1_234_567);
    private readonly MemoryIdentityCache _cache = new(new());

    [Theory]
    [InlineData("ou_" + Hex, "on_" + Hex, "ada")]
    [InlineData("ou_0123456789ABCDEF0123456789abcdef", "on_" + Hex + "0", "ou_" + Hex)]
    [InlineData("on_" + Hex, "ou_" + Hex, "on_" + Hex)]
    [InlineData("ou_1", "", "")]
    [InlineData("\ud800", "on_\udc00\ud800", "李\ud83d\ude00")]
    public void StorePerson_IdsOfAnyForm_ComeBackToTheLetter(string openId, string unionId, string userId)
    {
        Person[] people = [Ada(openId, unionId, userId), Ada(openId, unionId, userId) with { UserId = null }, Ada(openId, unionId, userId) with { UnionId = null, Status = null }];
        foreach (var person in people)
        {
            var cache = new MemoryIdentityCache(new());
            cache.StorePerson(s_scope, person, includeResigned: false, s_then);
            var found = cache.Find(Key(IdType.OpenId, openId));
            Assert.Equal((person, s_then, null), (found?.Value, found!.AskedAt, found.Failure));
        }
    }

    [Fact]
    public void StorePerson_LongIds_ComeBackUnderEachAndTooLongOnesAreNotKept()
    {
        var person = Ada(new('o', 64), new('n', 255), new('李', 64));
        _cache.StorePerson(s_scope, person, includeResigned: false, s_then);
        Assert.Equal(person, Found(IdType.OpenId, person.OpenId));
        Assert.Equal(person, Found(IdType.UnionId, person.UnionId!));
        Assert.Equal(person, Found(IdType.UserId, person.UserId!));
        _cache.StorePerson(s_scope, Ada("ou_x", "on_x", new('u', 256)), includeResigned: false, s_then);
        Assert.Null(Found(IdType.OpenId, "ou_x"));
    }

    [Fact]
    public void Find_AnotherScopeKindOrFlag_FindsNothing_R1_R2_R27()
    {
        _cache.StorePerson(s_scope, Ada("same", "same", "same"), includeResigned: false, s_then);
        foreach (var scope in (AppTenant[])[s_scope with { App = new("cli_2") }, s_scope with { Tenant = new("t2") }, s_scope with { Provider = new("p2") }])
        {
            Assert.Null(_cache.Find(new PersonKey(scope, PersonId.Of(scope, IdType.UserId, "same"), false)));
            _cache.StorePerson(scope, Ada("else", "else", "else"), includeResigned: false, s_then);
            Assert.Null(_cache.Find(new PersonKey(scope, PersonId.Of(scope, IdType.UserId, "same"), false)));
        }
        Assert.Null(_cache.Find(Key(IdType.UserId, "same") with { IncludeResigned = true }));
        Assert.Null(Found(IdType.UserId, "Same"));
        Assert.NotNull(Found(IdType.UserId, "same"));
    }

    [Fact]
    public void Find_IdOfAnotherScope_IsAMistake()
    {
        _cache.StorePerson(s_scope, Ada("ou_a", "on_a", "a"), includeResigned: false, s_then);
        var foreign = PersonId.Of(s_scope with { Tenant = new("t2") }, IdType.UserId, "a");
        Assert.Throws<ArgumentException>(() => _cache.Find(new PersonKey(s_scope, foreign, false)));
        Assert.Throws<ArgumentException>(() => _cache.Store(new PersonKey(s_scope, foreign, false), Failure.NotFound, s_then));
    }

    [Fact]
    public void Store_OlderAnswer_NeverReplacesAYoungerOne()
    {
        var young = Ada("ou_a", "on_a", "new");
        _cache.StorePerson(s_scope, young, includeResigned: false, s_then);
        _cache.StorePerson(s_scope, young with { UserId = "old" }, includeResigned: false, s_then.AddTicks(-1));
        _cache.Store(Key(IdType.UnionId, "on_a"), Failure.NotFound, s_then.AddTicks(-1));
        Assert.Equal(young, Found(IdType.OpenId, "ou_a"));
        Assert.Equal(young, Found(IdType.UnionId, "on_a"));
        Assert.Null(_cache.Find(Key(IdType.UserId, "old")));
        Assert.Equal(1, _cache.Figures().People.Entries);
    }

    [Fact]
    public void StorePerson_UserIdChanged_IsFoundUnderTheNewOneOnly_R14()
    {
        _cache.StorePerson(s_scope, Ada("ou_a", "on_a", "old"), includeResigned: false, s_then);
        _cache.StorePerson(s_scope, Ada("ou_a", "on_a", "new"), includeResigned: false, s_then.AddTicks(1));
        Assert.Null(Found(IdType.UserId, "old"));
        Assert.Equal("new", Found(IdType.UserId, "new")?.UserId);
        Assert.Equal("new", Found(IdType.UnionId, "on_a")?.UserId);
    }

    [Fact]
    public void StorePerson_UserIdReused_LeadsToItsNewHolderAndNothingSaysItIsTheFormersStill_R16()
    {
        _cache.StorePerson(s_scope, Ada("ou_a", "on_a", "u"), includeResigned: false, s_then);
        _cache.StorePerson(s_scope, Ada("ou_b", "on_b", "u"), includeResigned: false, s_then.AddTicks(1));
        Assert.Equal("ou_b", Found(IdType.UserId, "u")?.OpenId);
        Assert.Null(Found(IdType.OpenId, "ou_a"));
        Assert.Null(Found(IdType.UnionId, "on_a"));
    }

    [Fact]
    public void Store_YoungerMiss_EndsWhatWasKnownUnderTheOtherIds_R16()
    {
        _cache.StorePerson(s_scope, Ada("ou_a", "on_a", "u"), includeResigned: false, s_then);
        _cache.Store(Key(IdType.OpenId, "ou_a"), Failure.NotFound, s_then.AddTicks(1));
        Assert.Same(Failure.NotFound, _cache.Find(Key(IdType.OpenId, "ou_a"))?.Failure);
        Assert.Null(_cache.Find(Key(IdType.UserId, "u")));
        _cache.StorePerson(s_scope, Ada("ou_a", "on_a", "u"), includeResigned: false, s_then.AddTicks(2));
        Assert.NotNull(Found(IdType.OpenId, "ou_a"));
    }

    // R16: the user_id of who has resigned, or may have, is free for somebody else.
    [Theory]
    [InlineData(UserStatus.Activated, true)]
    [InlineData(UserStatus.Frozen, true)]
    [InlineData(UserStatus.Resigned, false)]
    [InlineData(null, false)]
    public void StorePerson_LeadsFromTheUserIdOnlyToAMemberUnlessAskedByIt_R16(UserStatus? status, bool leads)
    {
        var person = Ada("ou_1", "on_1", "ada") with { Status = status };
        _cache.StorePerson(s_scope, person, includeResigned: false, s_then, askedBy: PersonId.Of(s_scope, IdType.OpenId, "ou_1"));
        Assert.Equal(person, Found(IdType.UnionId, "on_1"));
        Assert.Equal(leads ? person : null, Found(IdType.UserId, "ada"));
        _cache.StorePerson(s_scope, person, includeResigned: false, s_then, askedBy: PersonId.Of(s_scope, IdType.UserId, "ada"));
        Assert.Equal(person, Found(IdType.UserId, "ada"));
        Assert.Equal(person, Found(IdType.OpenId, "ou_1"));
    }

    [Fact]
    public void StorePerson_WithheldIdAskedBy_LeadsToThemAndIsNotShown()
    {
        var person = Ada("ou_1", "on_1", "ada") with { UserId = null, Status = null };
        _cache.StorePerson(s_scope, person, includeResigned: true, s_then, askedBy: PersonId.Of(s_scope, IdType.UserId, "ada"));
        _cache.StorePerson(s_scope, person, includeResigned: true, s_then.AddTicks(1), askedBy: PersonId.Of(s_scope, IdType.OpenId, "ou_1"));
        Assert.Equal(person, _cache.Find(Key(IdType.UserId, "ada") with { IncludeResigned = true })?.Value);
        Assert.Equal(person, _cache.Find(Key(IdType.UnionId, "on_1") with { IncludeResigned = true })?.Value);
    }

    [Fact]
    public void Store_Failures_ComeBackWhole()
    {
        Failure[] failures =
        [
            new(FailureReason.NoPermission, "m") { Code = 41050, MissingScopes = ["a", "b"] },
            new(FailureReason.NoPermission, "m") { Code = 41050, MissingScopes = ["a", "c"] },
            new(FailureReason.CrossAppId, "m") { InvalidIds = [], Retryable = true, RetryAfter = TimeSpan.FromSeconds(3) },
            new(FailureReason.CrossAppId, "m") { InvalidIds = ["x"] },
        ];
        for (int i = 0; i < failures.Length; i++) _cache.Store(Key(IdType.UserId, $"u{i}"), failures[i], s_then);
        for (int i = 0; i < failures.Length; i++) Assert.Equivalent(failures[i], _cache.Find(Key(IdType.UserId, $"u{i}"))?.Failure, strict: true);
    }

    [Fact]
    public void Store_FailuresWithoutEnd_KeepsABoundedNumberAndTakesNewOnesOnceOldOnesAreGone()
    {
        for (int i = 0; i < 10_000; i++) _cache.Store(Key(IdType.UserId, $"u{i}"), new(FailureReason.NoPermission, $"reason {i}"), s_then);
        long kept = _cache.Figures().PersonMisses.Entries;
        Assert.InRange(kept, 1_000, 9_000);
        for (int i = 0; i < kept; i++) _cache.Store(Key(IdType.UserId, $"u{i}"), Failure.NotFound, s_then.AddTicks(1));
        _cache.Store(Key(IdType.UserId, "u9999"), new(FailureReason.NoPermission, "reason 9999"), s_then);
        Assert.Equal("reason 9999", _cache.Find(Key(IdType.UserId, "u9999"))?.Failure?.Message);
    }

    [Fact]
    public void Store_Contacts_AreKeptByKindAndFlag()
    {
        var key = new ContactKey(s_scope, new(UInt128.MaxValue - 5), IdType.OpenId, IncludeResigned: false);
        _cache.Store(key, new(new("ou_" + Hex, UserStatus.Frozen), null, s_then));
        _cache.Store(key with { IdType = IdType.UnionId }, new(new("odd", null), null, s_then));
        _cache.Store(key with { IncludeResigned = true }, new(null, Failure.NotFound, s_then));
        Assert.Equal((new ContactMatch("ou_" + Hex, UserStatus.Frozen), s_then), (_cache.Find(key)?.Value, _cache.Find(key)!.AskedAt));
        Assert.Equal(new ContactMatch("odd", null), _cache.Find(key with { IdType = IdType.UnionId })?.Value);
        Assert.Equal(Failure.NotFound, _cache.Find(key with { IncludeResigned = true })?.Failure);
        Assert.Null(_cache.Find(key with { Contact = new(5) }));
        Assert.Null(_cache.Find(key with { Scope = s_scope with { App = new("cli_2") } }));
        _cache.Store(key, new(null, Failure.NotFound, s_then.AddTicks(-1)));
        Assert.NotNull(_cache.Find(key)?.Value);
    }

    [Fact]
    public void Find_Batch_AnswersInOrder()
    {
        for (int i = 0; i < 10; i++) _cache.StorePerson(s_scope, Ada($"ou_{i}", $"on_{i}", $"u{i}"), includeResigned: false, s_then);
        _cache.Store(new ContactKey(s_scope, new(3), IdType.OpenId, true), new(new("ou_3", null), null, s_then));
        var found = new Cached<Person>?[3];
        _cache.Find(s_scope, [PersonId.Of(s_scope, IdType.UserId, "u7"), PersonId.Of(s_scope, IdType.UserId, "nobody"), PersonId.Of(s_scope, IdType.OpenId, "ou_2")], includeResigned: false, found);
        Assert.Equal(["ou_7", null, "ou_2"], found.Select(f => f?.Value?.OpenId));
        var contacts = new Cached<ContactMatch>?[2];
        _cache.Find(s_scope, (ReadOnlySpan<ContactDigest>)[new(4), new(3)], IdType.OpenId, includeResigned: true, contacts);
        Assert.Equal([null, "ou_3"], contacts.Select(f => f?.Value?.Id));
    }

    [Fact]
    public void Find_Again_IsHot()
    {
        _cache.StorePerson(s_scope, Ada("ou_a", "on_a", "a"), includeResigned: false, s_then);
        Assert.Equal([false, true, true], new[] { IdType.OpenId, IdType.UserId, IdType.UnionId }.Select(t => _cache.Find(Key(t, t == IdType.OpenId ? "ou_a" : t == IdType.UserId ? "a" : "on_a"))!.IsHot));
        _cache.StorePerson(s_scope, Ada("ou_a", "on_a", "a"), includeResigned: false, s_then.AddTicks(1));
        Assert.False(_cache.Find(Key(IdType.OpenId, "ou_a"))!.IsHot);
    }

    [Fact]
    public void Figures_CountByKind()
    {
        _cache.StorePerson(s_scope, Ada("ou_" + Hex, "on_" + Hex, "a"), includeResigned: false, s_then);
        _cache.Store(Key(IdType.UserId, "b"), Failure.NotFound, s_then);
        Found(IdType.UserId, "a");
        Found(IdType.UserId, "b");
        Found(IdType.UserId, "c");
        _cache.Find(new ContactKey(s_scope, new(1), IdType.OpenId, false));
        var figures = _cache.Figures();
        Assert.Equal(new(1, 88, 1, 1, 0), figures.People);
        Assert.Equal(new(1, 72, 1, 0, 0), figures.PersonMisses);
        Assert.Equal(new(0, 0, 0, 1, 0), figures.Contacts);
        Assert.Equal(new(0, 0, 0, 0, 0), figures.ContactMisses);
        Assert.InRange(figures.Bytes, 160, figures.MaxBytes);
    }

    private static Person Ada(string openId, string unionId, string userId) => new() { OpenId = openId, UnionId = unionId, UserId = userId, Status = UserStatus.Activated };

    private static PersonKey Key(IdType type, string id) => new(s_scope, PersonId.Of(s_scope, type, id), IncludeResigned: false);

    private Person? Found(IdType type, string id) => _cache.Find(Key(type, id))?.Value;
}
