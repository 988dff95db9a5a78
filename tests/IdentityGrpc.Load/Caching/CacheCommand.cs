using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Load.Caching;

/// <summary><c>cache</c>: what an identity costs in memory, and how fast identities are kept and found.</summary>
internal static class CacheCommand
{
    private const double MaxBytesPerIdentity = 150;
    private const int Rounds = 3;
    private static readonly AppTenant s_scope = new(new("cli_load"), new("provider"), new("tenant"));

    public static Command Create()
    {
        var identities = new Option<int>("--identities") { Description = "People with open_id, union_id and user_id.", DefaultValueFactory = _ => 1_000_000 };
        var command = new Command("cache", "Bytes of an identity in memory, and identities kept and found a second.") { identities };
        command.SetAction(parse => Run(parse.GetValue(identities)));
        return command;
    }

    private static int Run(int count)
    {
        var figures = new Figures(string.Create(CultureInfo.InvariantCulture, $"Cache: {count:N0} identities of three ids each"));
        long before = Memory();
        var cache = new MemoryIdentityCache(new() { MaxBytes = 64L << 30 });
        double filled = Rate(count, 1, i => Store(cache, i, 0));
        long bytes = Memory() - before;
        var held = cache.Figures();
        figures.Add("identities held", Figures.Number(held.People.Entries));
        figures.Add("bytes an identity, index included", (double)bytes / count, MaxBytesPerIdentity);
        figures.Add("of these, by the cache's own count", Figures.Number((double)held.Bytes / count));
        figures.Add("kept a second, while it grows", Figures.Number(filled));
        foreach (int threads in (int[])[1, 2])
        {
            figures.Add($"kept again a second, {threads} thread(s)", Figures.Number(Median(r => Rate(count, threads, i => Store(cache, i, r + 1)))));
            figures.Add($"found a second by each id in turn, {threads} thread(s)", Figures.Number(Median(_ => Rate(count, threads, i => Find(cache, i)))));
        }
        if (count <= 1_000_000) AddObjects(figures, count);
        GC.KeepAlive(cache);
        return figures.Print();
    }

    // What the runtime's own dictionary takes for the same: an entry for each id, one object a person.
    private static void AddObjects(Figures figures, int count)
    {
        long before = Memory();
        var people = new ConcurrentDictionary<PersonKey, Cached<Person>>();
        double filled = Rate(count, 1, i =>
        {
            var person = PersonOf(i);
            var answer = new Cached<Person>(person, null, DateTimeOffset.UnixEpoch);
            foreach (var type in (ReadOnlySpan<IdType>)[IdType.OpenId, IdType.UnionId, IdType.UserId]) people[KeyOf(type, person.Id(type)!)] = answer;
        });
        figures.Add("objects in a ConcurrentDictionary: bytes an identity", Figures.Number((double)(Memory() - before) / count));
        figures.Add("objects in a ConcurrentDictionary: kept a second, while it grows", Figures.Number(filled));
        figures.Add("objects in a ConcurrentDictionary: found a second, 1 thread(s)", Figures.Number(Median(_ => Rate(count, 1, i => Check(people[KeyOf((IdType)(i % 3), IdOf((IdType)(i % 3), i))], i)))));
        GC.KeepAlive(people);
    }

    private static double Median(Func<int, double> measure) => Figures.Percentile(Enumerable.Range(0, Rounds).Select(measure), 0.5);

    private static double Rate(int count, int threads, Action<int> work)
    {
        var clock = Stopwatch.StartNew();
        // Odd, so that the ways through the people differ between threads and from the order in which they came.
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, thread =>
        {
            for (int i = thread; i < count; i += threads) work((int)((uint)i * 2_654_435_761L % count));
        });
        return count / clock.Elapsed.TotalSeconds;
    }

    private static void Store(MemoryIdentityCache cache, int who, int version) => cache.StorePerson(s_scope, PersonOf(who), false, DateTimeOffset.UnixEpoch.AddTicks(version));

    private static void Find(MemoryIdentityCache cache, int who)
    {
        var type = (IdType)(who % 3);
        Check(cache.Find(KeyOf(type, IdOf(type, who))) ?? throw new InvalidOperationException("An identity is missing."), who);
    }

    private static void Check(Cached<Person> found, int who)
    {
        if (!found.Value!.OpenId.AsSpan(3, 8).SequenceEqual(who.ToString("x8", CultureInfo.InvariantCulture))) throw new InvalidOperationException("A wrong identity.");
    }

    private static Person PersonOf(int who) => new() { OpenId = IdOf(IdType.OpenId, who), UnionId = IdOf(IdType.UnionId, who), UserId = IdOf(IdType.UserId, who), Status = UserStatus.Activated };

    private static string IdOf(IdType type, int who) => type switch
    {
        IdType.OpenId => string.Create(CultureInfo.InvariantCulture, $"ou_{who:x8}{~who:x8}{who * 31:x8}{who * 17:x8}"),
        IdType.UnionId => string.Create(CultureInfo.InvariantCulture, $"on_{~who:x8}{who:x8}{who * 13:x8}{who * 7:x8}"),
        _ => who.ToString("x8", CultureInfo.InvariantCulture),
    };

    private static PersonKey KeyOf(IdType type, string id) => new(s_scope, PersonId.Of(s_scope, type, id), false);

    private static long Memory() => GC.GetTotalMemory(forceFullCollection: true);
}
