using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Resolution;
using IdentityGrpc.Redis.Caching;
using IdentityGrpc.Redis.Tests.Support;

namespace IdentityGrpc.Redis.Tests.Caching;

/// <summary>What one replica has found, another takes from Redis, and nothing that has ended.</summary>
public class SharedCacheTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly Wanted s_withResigned = new(IdTypes.All, Status: false, IncludeResigned: true, default);
    private readonly Company _company = new();
    private int _tests;

    [Fact]
    public async Task Convert_FoundByAnotherReplica_IsReadFromRedisUnderEveryId()
    {
        var options = Options();
        await using var one = await StartAsync(options);
        _company.Add("ada");
        var asked = Assert.Single(await one.ConvertAsync("ou_ada"));
        await WrittenAsync(one, "ada");
        foreach (string id in (string[])["ou_ada", "on_ada", "ada"])
        {
            await using var other = await StartAsync(options);
            var answer = Assert.Single(await other.ConvertAsync(id));
            Assert.Equal((AnswerSource.SharedCache, "ada"), (answer.Source, answer.Outcome.Value?.UserId));
            Assert.Equal(asked.AskedAt!.Value, answer.AskedAt!.Value, TimeSpan.FromMicroseconds(1));
            Assert.Equal(AnswerSource.Memory, Assert.Single(await other.ConvertAsync("ada")).Source);
        }
        Assert.Equal(1, _company.Asked);
    }

    [Fact]
    public async Task Resolve_FoundByAnotherReplica_TakesContactAndPersonFromRedis()
    {
        var options = Options();
        await using var one = await StartAsync(options);
        await using var other = await StartAsync(options);
        _company.Add("bob");
        await one.ResolveAsync("bob@corp.test", "nobody@corp.test");
        await WrittenAsync(one, "bob");
        await Until.TrueAsync(async () => await FindAsync(one, "nobody@corp.test") is not null);
        long asked = _company.Asked;
        var answers = await other.ResolveAsync("bob@corp.test", "nobody@corp.test");
        Assert.Equal([AnswerSource.SharedCache, AnswerSource.SharedCache], answers.Select(a => a.Source));
        Assert.Equal("bob", answers[0].Outcome.Value?.UserId);
        Assert.Equal(FailureReason.NotFoundOrNotVisible, answers[1].Outcome.Failure?.Reason);
        Assert.Equal(asked, _company.Asked);
    }

    [Fact]
    public async Task Convert_Resigned_IsNotSharedUnderTheUserId_R16()
    {
        var options = Options();
        await using var one = await StartAsync(options);
        _company.Add("gone", status: UserStatus.Resigned);
        await one.ConvertAsync(s_withResigned, "ou_gone");
        await Until.TrueAsync(async () => await FindAsync(one, IdType.UnionId, "on_gone", includeResigned: true) is not null);
        Assert.Null(await FindAsync(one, IdType.UserId, "gone", includeResigned: true));
        await one.ConvertAsync(s_withResigned, "gone");
        await Until.TrueAsync(async () => await FindAsync(one, IdType.UserId, "gone", includeResigned: true) is not null);
    }

    [Fact]
    public async Task Change_OfAPerson_EndsThemInMemoryOnBothReplicasAndInRedis_R14()
    {
        var options = Options();
        await using var one = await StartAsync(options);
        await using var other = await StartAsync(options);
        var before = _company.Add("eve", userId: "e1");
        await one.ConvertAsync("ou_eve");
        await WrittenAsync(one, "eve");
        await other.ConvertAsync("ou_eve");
        var after = _company.Add("eve", userId: "e2");
        await one.ChangeAsync(new() { People = [.. ResolvingReplica.EndOf(before).People, .. ResolvingReplica.EndOf(after).People] });
        Assert.Equal("e2", Assert.Single(await one.ConvertAsync("ou_eve")).Outcome.Value?.UserId);
        await Until.TrueAsync(async () => Assert.Single(await other.ConvertAsync("ou_eve")).Outcome.Value?.UserId == "e2");
        Assert.Equal(FailureReason.NotFoundOrNotVisible, Assert.Single(await other.ConvertAsync("e1")).Outcome.Failure?.Reason);
    }

    [Fact]
    public async Task Change_UserIdReused_NeverLeadsToTheFormerHolder_R16()
    {
        var options = Options();
        await using var one = await StartAsync(options);
        await using var other = await StartAsync(options);
        var former = _company.Add("former", userId: "shared");
        await one.ConvertAsync("shared");
        await WrittenAsync(one, "former");
        _company.ByEmail.TryRemove("former@corp.test", out _);
        _company.Add("next", userId: "shared");
        await other.ChangeAsync(ResolvingReplica.EndOf(former));
        // The other one has done it itself; this one when the log has told it, which a read of Redis makes sure of.
        Assert.Equal("ou_next", Assert.Single(await other.ConvertAsync("shared")).Outcome.Value?.OpenId);
        await Until.TrueAsync(async () => Assert.Single(await one.ConvertAsync("shared")).Outcome.Value?.OpenId == "ou_next");
    }

    [Fact]
    public async Task Change_OvertakesAnAnswer_WhichIsThenNeitherServedNorKeptAnywhere()
    {
        var options = Options();
        await using var one = await StartAsync(options);
        await using var other = await StartAsync(options);
        var before = _company.Add("zoe", userId: "z1");
        var road = new TaskCompletionSource();
        _company.Road = road.Task;
        var late = one.ConvertAsync("ou_zoe"); // answered by the platform before the change, and still on its way
        _company.Road = Task.CompletedTask;
        _company.Add("zoe", userId: "z2");
        await other.ChangeAsync(ResolvingReplica.EndOf(before));
        await Until.TrueAsync(() => one.Marks.EndOf(Company.Id(IdType.OpenId, "ou_zoe")) > DateTimeOffset.MinValue);
        road.SetResult();
        Assert.Equal("z2", Assert.Single(await late).Outcome.Value?.UserId);
        Assert.Equal("z2", Assert.Single(await other.ConvertAsync("ou_zoe")).Outcome.Value?.UserId);
        Assert.NotEqual("z1", (await FindAsync(other, IdType.OpenId, "ou_zoe"))?.Value?.UserId);
        Assert.NotEqual("z1", (await FindAsync(other, IdType.UserId, "z1"))?.Value?.UserId);
    }

    [Fact]
    public async Task Store_AskedBeforeAnEndThatTheWriterDoesNotKnow_IsRefusedByRedis()
    {
        var options = Options();
        await using var one = await StartAsync(options);
        await using var other = await StartAsync(options);
        var person = _company.Add("kim");
        var askedAt = one.Clock.Now;
        await other.Get<SharedEnds>().ApplyAsync(ResolvingReplica.NewChange(ResolvingReplica.EndOf(person)), Cancellation);
        one.Shared.StorePerson(Company.Scope, person, includeResigned: false, askedAt);
        _company.Add("mark");
        await one.ConvertAsync("ou_mark");
        await WrittenAsync(one, "mark"); // written after it
        Assert.Null(await FindAsync(one, IdType.OpenId, "ou_kim"));
        Assert.Null(await FindAsync(one, IdType.UserId, "kim"));
    }

    [Theory]
    [InlineData("all")]
    [InlineData("contacts")]
    [InlineData("misses")]
    public async Task Store_AskedBeforeTheEndOfAWholeScope_IsRefusedByRedis(string what)
    {
        await using var one = await StartAsync(Options());
        var contact = new ContactKey(Company.Scope, new TestDigests().Of(Company.Scope, Company.Email("a@b.test")), IdType.OpenId, false);
        var answer = new Cached<ContactMatch>(null, Failure.NotFound, one.Clock.Now);
        Ends ends = what switch
        {
            "all" => new() { Scopes = [Company.Scope] },
            "contacts" => new() { ContactsOf = [Company.Scope] },
            _ => new() { MissesOf = Company.Scope.Tenant },
        };
        await one.Get<SharedEnds>().ApplyAsync(ResolvingReplica.NewChange(ends), Cancellation);
        var ended = one.Clock.Latest!.Value;
        await Until.TrueAsync(() => one.Clock.Now > ended);
        one.Shared.Store(contact, answer);
        _company.Add("mark");
        await one.ConvertAsync("ou_mark");
        await WrittenAsync(one, "mark");
        Assert.Null((await one.Shared.FindAsync([contact], ResolvingReplica.Call))[0]);
        one.Shared.Store(contact, answer with { AskedAt = one.Clock.Latest!.Value + TimeSpan.FromSeconds(1) });
        await Until.TrueAsync(async () => (await one.Shared.FindAsync([contact], ResolvingReplica.Call))[0] is not null);
    }

    [Fact]
    public async Task Store_OlderThanWhatIsThere_LeavesIt()
    {
        await using var one = await StartAsync(Options());
        var older = _company.Add("lee", userId: "l1");
        var younger = _company.Add("lee", userId: "l2");
        var now = one.Clock.Now;
        one.Shared.StorePerson(Company.Scope, younger, includeResigned: false, now + TimeSpan.FromMilliseconds(1));
        await WrittenAsync(one, "lee");
        one.Shared.StorePerson(Company.Scope, older, includeResigned: false, now);
        await Until.TrueAsync(async () => await FindAsync(one, IdType.UserId, "l1") is not null);
        Assert.Equal("l2", (await FindAsync(one, IdType.OpenId, "ou_lee"))?.Value?.UserId);
    }

    [Fact]
    public async Task Store_AnsweredLongAgo_IsRefused()
    {
        await using var one = await StartAsync(Options());
        // As a replica that was stopped between its answer and its writing would do; its own watermarks are of then, too.
        var person = _company.Add("old");
        var (key, bucket) = one.Get<RedisKeys>().Of(new PersonKey(Company.Scope, Company.Id(IdType.OpenId, "ou_old"), false));
        one.Get<SharedWrites>().Add(new WaitingKey(scripts => scripts.Add(Company.Scope, key, bucket, TimeSpan.FromHours(1),
            SharedValues.Write(person, one.Clock.Now - TimeSpan.FromMinutes(11)), one.Clock.Now, "p")));
        _company.Add("new");
        await one.ConvertAsync("ou_new");
        await WrittenAsync(one, "new");
        Assert.Null(await FindAsync(one, IdType.OpenId, "ou_old"));
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 9, 0, 0, 0, 0, 0, 0, 0, 0, 1, 10, 1 })]
    [InlineData(new byte[] { 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 255, 255 })]
    [InlineData(new byte[] { 1, 0, 255, 255, 255, 255, 255, 255, 255, 255 })]
    [InlineData(new byte[] { 1, 0, 0 })]
    public async Task Find_DamagedOrOfAnotherVersion_IsAMiss(byte[] bytes)
    {
        await using var one = await StartAsync(Options());
        var key = new PersonKey(Company.Scope, Company.Id(IdType.OpenId, "ou_pat"), false);
        await redis.Database.StringSetAsync(one.Get<RedisKeys>().Of(key).Key, bytes);
        Assert.Null((await one.Shared.FindAsync([key], ResolvingReplica.Call))[0]);
        _company.Add("pat");
        Assert.Equal("pat", Assert.Single(await one.ConvertAsync("ou_pat")).Outcome.Value?.UserId);
    }

    [Fact]
    public async Task Find_ValueOfAnotherPerson_IsAMiss()
    {
        await using var one = await StartAsync(Options());
        var key = new PersonKey(Company.Scope, Company.Id(IdType.OpenId, "ou_mine"), false);
        await redis.Database.StringSetAsync(one.Get<RedisKeys>().Of(key).Key, SharedValues.Write(_company.Add("theirs"), one.Clock.Now));
        Assert.Null((await one.Shared.FindAsync([key], ResolvingReplica.Call))[0]);
    }

    [Fact]
    public async Task Store_Kept_GoesByItselfWhenOfNoUseAnyMore()
    {
        await using var one = await StartAsync(Options());
        _company.Add("ann");
        await one.ConvertAsync("ou_ann");
        await WrittenAsync(one, "ann");
        var keys = one.Get<RedisKeys>();
        // An hour for ids, ten minutes for a user_id (design §6), and ten more for those who take it stale.
        Assert.InRange((await redis.Database.KeyTimeToLiveAsync(keys.Of(new PersonKey(Company.Scope, Company.Id(IdType.OpenId, "ou_ann"), false)).Key))!.Value.TotalMinutes, 69, 70);
        Assert.InRange((await redis.Database.KeyTimeToLiveAsync(keys.Of(new PersonKey(Company.Scope, Company.Id(IdType.UserId, "ann"), false)).Key))!.Value.TotalMinutes, 19, 20);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private RedisOptions Options() => redis.Options with { KeyPrefix = $"t{Guid.NewGuid():N}.{_tests++}" };

    private Task<ResolvingReplica> StartAsync(RedisOptions options) => ResolvingReplica.StartAsync(options, _company);

    private static async Task WrittenAsync(ResolvingReplica replica, string name) => await Until.TrueAsync(async () => await FindAsync(replica, IdType.OpenId, $"ou_{name}") is not null);

    private static async Task<Cached<Person>?> FindAsync(ResolvingReplica replica, IdType type, string id, bool includeResigned = false) =>
        (await replica.Shared.FindAsync([new PersonKey(Company.Scope, Company.Id(type, id), includeResigned)], ResolvingReplica.Call))[0];

    private static async Task<Cached<ContactMatch>?> FindAsync(ResolvingReplica replica, string email) =>
        (await replica.Shared.FindAsync([new ContactKey(Company.Scope, new TestDigests().Of(Company.Scope, Company.Email(email)), IdType.OpenId, false)], ResolvingReplica.Call))[0];
}
