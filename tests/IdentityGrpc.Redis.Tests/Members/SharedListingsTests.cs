using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Members;
using IdentityGrpc.Redis.Tests.Support;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Redis.Tests.Members;

/// <summary>Departments that one replica has listed, another takes from Redis, and nothing that has ended.</summary>
public class SharedListingsTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly ListingKey s_key = new(Company.Scope, "od-root");
    private readonly Company _company = new();

    [Fact]
    public async Task Find_ListedByAnotherReplica_IsTheSame()
    {
        var options = Options();
        await using var one = await StartAsync(options);
        await using var other = await StartAsync(options);
        var listing = new Listing([.. Enumerable.Range(0, 2_000).Select(i => $"od-{i:D4}")], one.Marks.Now) { UserGroups = ["g-1"], NamesPeople = true };
        await StoreAsync(one, s_key, listing);
        var found = await FindAsync(other, s_key);
        Assert.Equal(listing.Departments, found!.Departments);
        Assert.Equal(listing.UserGroups, found.UserGroups);
        Assert.True(found.NamesPeople);
        Assert.Equal(listing.AskedAt, found.AskedAt, TimeSpan.FromMicroseconds(1));
        Assert.Null(await FindAsync(other, s_key with { Root = "od-other" }));
        Assert.Null(await FindAsync(other, s_key with { Scope = Company.Sibling.In(Company.Scope.Tenant) }));
    }

    // Whoever reads it knows by then of every change that stood in the log.
    [Fact]
    public async Task Find_DepartmentsChangedAtAnotherReplica_IsKnownToHaveEnded()
    {
        var options = Options();
        await using var one = await StartAsync(options);
        await using var other = await StartAsync(options);
        await StoreAsync(one, s_key, new(["od-a"], one.Marks.Now));
        await one.ChangeAsync(new Ends { DepartmentsOf = Company.Scope.Tenant });
        var found = await FindAsync(other, s_key);
        Assert.True(other.Get<Validity>().HasListingEnded(Company.Scope, found!.AskedAt));
    }

    [Fact]
    public async Task Drop_IsGoneForAll()
    {
        var options = Options();
        await using var one = await StartAsync(options);
        await using var other = await StartAsync(options);
        await StoreAsync(one, s_key, new(["od-a"], one.Marks.Now));
        other.Get<ISharedListings>().Drop(s_key);
        await Until.TrueAsync(async () => await FindAsync(one, s_key) is null);
    }

    [Fact]
    public async Task Store_Lasts_NoLongerThanItIsOfUse()
    {
        var options = Options();
        await using var one = await StartAsync(options);
        await StoreAsync(one, s_key, new(["od-a"], one.Marks.Now));
        string key = Assert.Single(await redis.KeysAsync(options.KeyPrefix + ":departments1:*"));
        Assert.InRange((await redis.Database.KeyTimeToLiveAsync(key))!.Value, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    public async Task Find_DamagedValue_IsNone(string value)
    {
        var options = Options();
        await using var one = await StartAsync(options);
        await StoreAsync(one, s_key, new(["od-a"], one.Marks.Now));
        string key = Assert.Single(await redis.KeysAsync(options.KeyPrefix + ":departments1:*"));
        await redis.Database.HashSetAsync(key, "data", value);
        // Nothing at all reads as a listing of 1970, which is never fresh.
        Assert.True(await FindAsync(one, s_key) is not { } found || found.AskedAt == DateTimeOffset.UnixEpoch);
    }

    [Fact]
    public async Task FindAndStore_RedisIsGone_FailNobodyAndTheConnectionOutlivesTheCache()
    {
        await using var server = await RedisServer.StartNewAsync(TestContext.Current.CancellationToken);
        await using var one = await StartAsync(new() { Configuration = server.ConnectionString, Timeout = TimeSpan.FromSeconds(2) });
        await StoreAsync(one, s_key, new(["od-a"], one.Marks.Now));
        await server.KillAsync(TestContext.Current.CancellationToken);
        Assert.Null(await FindAsync(one, s_key));
        one.Get<ISharedListings>().Store(s_key, new(["od-b"], one.Marks.Now), TimeSpan.FromMinutes(1));
        one.Get<ISharedListings>().Drop(s_key);
        await server.StartAsync(TestContext.Current.CancellationToken);
        await Until.TrueAsync(() => one.Progress.IsFollowing && one.Shared.IsOpen);
        await StoreAsync(one, s_key, new(["od-c"], one.Marks.Now));
    }

    private static Task<Listing?> FindAsync(ResolvingReplica replica, ListingKey key) => replica.Get<ISharedListings>().FindAsync(key, ResolvingReplica.Call);

    // Stored in the background, and not at all while the log is caught up with.
    private static Task StoreAsync(ResolvingReplica replica, ListingKey key, Listing listing) => Until.TrueAsync(async () =>
    {
        replica.Get<ISharedListings>().Store(key, listing, TimeSpan.FromMinutes(10));
        return await FindAsync(replica, key) is not null;
    });

    private RedisOptions Options() => redis.Options with { KeyPrefix = "test" + Guid.NewGuid().ToString("N")[..8] };

    private Task<ResolvingReplica> StartAsync(RedisOptions options) => ResolvingReplica.StartAsync(options, _company);
}
