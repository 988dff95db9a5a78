using IdentityGrpc.Core.Batching;
using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Resolution;
using IdentityGrpc.Redis.Changes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace IdentityGrpc.Redis.Tests.Support;

/// <summary>What a replica resolves with, put together as the service does, above a <see cref="Company"/>.</summary>
internal sealed class ResolvingReplica : IAsyncDisposable
{
    private static readonly Wanted s_all = new(IdTypes.All, Status: true, IncludeResigned: false, default);
    private readonly ServiceProvider _services;

    private ResolvingReplica(ServiceProvider services) => _services = services;

    public ISharedCache Shared => Get<ISharedCache>();

    public IIdentityCache Memory => Get<IIdentityCache>();

    public RedisChangeBus Bus => (RedisChangeBus)Get<IChangeBus>();

    public RedisClock Clock => Get<RedisClock>();

    public MemoryWatermarks Marks => Get<MemoryWatermarks>();

    public ChangeProgress Progress => Get<ChangeProgress>();

    public static CallContext Call => new(Priority.Interactive, null, "test", TestContext.Current.CancellationToken);

    /// <summary>Starts a replica.</summary>
    /// <param name="options">Where its Redis is.</param>
    /// <param name="company">The truth.</param>
    /// <param name="configure">Last changes.</param>
    public static async Task<ResolvingReplica> StartAsync(RedisOptions options, Company company, Action<IServiceCollection>? configure = null)
    {
        var services = new ServiceCollection()
            .AddSingleton(TimeProvider.System)
            .AddLogging()
            .AddSingleton(new AppCatalog([Company.App, Company.Sibling]))
            .AddSingleton<IContactDigests, TestDigests>()
            .AddSingleton(company)
            .AddSingleton(new CacheOptions())
            .AddSingleton<EventArrivals>()
            .AddSingleton<Lifetimes>()
            .AddSingleton<MemoryWatermarks>(s => new(s.GetRequiredService<ISharedClock>()))
            .AddSingleton<IWatermarks>(s => s.GetRequiredService<MemoryWatermarks>())
            .AddSingleton<Validity>()
            .AddSingleton<IIdentityCache, MemoryIdentityCache>()
            .AddSingleton<ILookup, CompanyLookup>()
            .AddSingleton<ContactResolver>().AddSingleton<ContactReader>().AddSingleton<PersonReader>().AddSingleton<IdConverter>()
            .AddRedis(options);
        configure?.Invoke(services);
        var replica = new ResolvingReplica(services.BuildServiceProvider());
        foreach (var hosted in replica._services.GetServices<IHostedService>()) await hosted.StartAsync(TestContext.Current.CancellationToken);
        // A log that has only just begun ends what is stamped with the same moment.
        await Until.TrueAsync(() => replica.Clock.Now > replica.Marks.Latest);
        // The platform of these tests answers at once, three times within the error of a clock that has not settled yet.
        await Until.TrueAsync(() => !replica.Progress.IsFollowing || replica.Clock.Latest - replica.Clock.Now < TimeSpan.FromMilliseconds(20));
        return replica;
    }

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    public Task<Resolved[]> ConvertAsync(params IEnumerable<string> ids) => ConvertAsync(s_all, ids);

    public Task<Resolved[]> ConvertAsync(Wanted wanted, params IEnumerable<string> ids) => Get<IdConverter>().ConvertAsync(Company.Scope, Company.Scope,
        [.. ids.Select(id => (Asked<PersonId>)Company.Id(PersonId.TypeByPrefix(id), id))], wanted, Call);

    public Task<Resolved[]> ResolveAsync(params IEnumerable<string> emails) => Get<ContactResolver>().ResolveAsync(Company.Scope,
        [.. emails.Select(e => (Asked<Contact>)Company.Email(e))], s_all, Call);

    /// <summary>Takes a change in as the service does: applied here, published, and applied as of then.</summary>
    public async Task ChangeAsync(Ends ends)
    {
        Marks.Apply(ends, Marks.Now);
        var at = await Bus.PublishAsync(NewChange(ends), TestContext.Current.CancellationToken);
        Marks.Apply(ends, at);
        await Until.TrueAsync(() => Clock.Now > at);
    }

    public static Change NewChange(Ends ends, string? eventId = null) => new()
    {
        EventId = eventId ?? Guid.NewGuid().ToString("N"),
        Kind = ChangeKind.UserUpdated,
        Tenant = Company.Scope.Tenant,
        ToldTo = Company.Scope.App,
        People = ends.People,
        Ends = ends,
    };

    public static Ends EndOf(Person person) => new() { People = [.. new[] { IdType.OpenId, IdType.UnionId, IdType.UserId }.Select(t => Company.Id(t, person.Id(t)!))] };

    public async ValueTask DisposeAsync()
    {
        foreach (var hosted in _services.GetServices<IHostedService>().Reverse()) await hosted.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
    }
}
