using System.Globalization;
using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Caching.Compact;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Tests.Caching;

public class CompactStoreTests
{
    private static readonly AppTenant s_scope = new(new("cli_1"), new("p1"), new("t1"));

    [Fact]
    public void Store_WhenFull_KeepsWhatIsReadAndStaysWithinItsBytes()
    {
        var cache = new MemoryIdentityCache(100_000, indexes: 4, chunkCells: 64);
        Store(cache, 0);
        for (int i = 1; i < 20_000; i++)
        {
            Assert.NotNull(Find(cache, IdType.OpenId, 0));
            Store(cache, i);
        }
        var figures = cache.Figures();
        Assert.InRange(figures.Bytes, 80_000, 100_000);
        Assert.InRange(figures.People.Entries, 700, 1_200);
        Assert.Equal(20_000, figures.People.Entries + figures.People.Evictions);
    }

    [Fact]
    public void Store_ReadThroughoutAWalkOfStrangers_KeepsTheHotOnes()
    {
        var cache = new MemoryIdentityCache(1 << 20, indexes: 16, chunkCells: 256);
        for (int i = 0; i < 1_000; i++) Store(cache, i);
        for (int i = 1_000; i < 50_000; i++)
        {
            Store(cache, i);
            Find(cache, IdType.UserId, i % 1_000);
        }
        Assert.Equal(1_000, Enumerable.Range(0, 1_000).Count(i => Find(cache, IdType.UnionId, i) is not null));
    }

    [Fact]
    public void HammeredFromManyThreads_NeverMixesPeople()
    {
        var cache = new MemoryIdentityCache(60_000, indexes: 8, chunkCells: 64);
        Parallel.For(0, 8, thread =>
        {
            var random = new Random(thread);
            for (int i = 0; i < 60_000; i++)
            {
                int who = random.Next(1_500);
                var type = (IdType)random.Next(3);
                switch (random.Next(8))
                {
                    case 0 or 1:
                        Store(cache, who, version: random.Next(5));
                        break;
                    case 2:
                        cache.Store(Key(type, who), new(FailureReason.NoPermission, Number(who)), At(random.Next(5)));
                        break;
                    case 3:
                        var contact = new ContactKey(s_scope, new((UInt128)who << 70), type, false);
                        if (cache.Find(contact) is { } match) Assert.Equal(Name(type, who), match.Value!.Id);
                        cache.Store(contact, new(new(Name(type, who), null), null, At(i)));
                        break;
                    default:
                        if (Find(cache, type, who) is not { } found) break;
                        if (found.Value is { } person)
                        {
                            Assert.Equal((Name(IdType.OpenId, who), Name(IdType.UnionId, who), Name(IdType.UserId, who)), (person.OpenId, person.UnionId, person.UserId));
                            Assert.Equal(StatusOf(found.AskedAt), person.Status);
                        }
                        else Assert.Equal(Number(who), found.Failure!.Message);
                        break;
                }
            }
        });
        var figures = cache.Figures();
        Assert.True(figures.People.Evictions > 0);
        Assert.InRange(figures.Bytes, 0, 60_000);
    }

    [Fact]
    public void HammeredWithAUserIdGoingRound_LeadsToItsHolderOrToNobody_R16()
    {
        var cache = new MemoryIdentityCache(200_000, indexes: 8, chunkCells: 64);
        long now = 0, done = 0;
        var key = new PersonKey(s_scope, PersonId.Of(s_scope, IdType.UserId, "shared"), false);
        Parallel.For(0, 6, thread =>
        {
            for (int i = 0; i < 30_000; i++)
            {
                if (thread < 2)
                {
                    long at = Interlocked.Increment(ref now);
                    cache.StorePerson(s_scope, new() { OpenId = Number((int)at % 50), UserId = "shared", Status = UserStatus.Activated }, false, At(at));
                    for (long known = Volatile.Read(ref done); known < at && Interlocked.CompareExchange(ref done, at, known) != known; known = Volatile.Read(ref done))
                    {
                    }
                    continue;
                }
                long least = Volatile.Read(ref done);
                if (cache.Find(key) is not { } found) continue;
                Assert.True(found.AskedAt >= At(least), "An older answer was found after a younger one had been kept.");
                Assert.Equal(Number((int)(found.AskedAt - DateTimeOffset.UnixEpoch).Ticks % 50), found.Value!.OpenId);
            }
        });
        Assert.Equal(1, cache.Figures().People.Entries);
    }

    [Fact]
    public void KeyIndex_CollidingHashes_FindsWhatWasAddedAndNotRemoved()
    {
        var random = new Random(7);
        uint[] hashes = [.. Enumerable.Range(0, 40).Select(i => i % 3 == 0 ? uint.MaxValue : (uint)random.Next(5) * 900_000_000u)];
        var index = new KeyIndex();
        var model = new HashSet<(uint Hash, uint Cell)>();
        for (int i = 0; i < 20_000; i++)
        {
            (uint Hash, uint Cell) entry = (hashes[random.Next(40)], (uint)random.Next(1, 30));
            if (random.Next(2) == 0 && model.Add(entry))
            {
                while (!index.HasRoom(1)) index.Grow();
                index.Add(entry.Hash, entry.Cell);
            }
            else if (random.Next(2) == 0 && model.Contains(entry) && model.Add((entry.Hash, entry.Cell + 100)))
            {
                index.Replace(entry.Hash, entry.Cell, entry.Cell + 100);
                model.Remove(entry);
            }
            else
            {
                index.Remove(entry.Hash, entry.Cell);
                model.Remove(entry);
                index.Remove(entry.Hash, entry.Cell + 100);
                model.Remove((entry.Hash, entry.Cell + 100));
            }
            if (i % 50 == 0) Assert.All(hashes.Distinct(), hash => Assert.Equal(model.Where(e => e.Hash == hash).Select(e => e.Cell).Order(), CellsOf(index, hash).Order()));
        }
    }

    private static List<uint> CellsOf(KeyIndex index, uint hash)
    {
        var cells = new List<uint>();
        for (int at = index.Begin(hash); index.Next(hash, ref at) is not 0 and var cell;) cells.Add(cell);
        return cells;
    }

    private static void Store(MemoryIdentityCache cache, int who, int version = 0) => cache.StorePerson(s_scope, new()
    {
        OpenId = Name(IdType.OpenId, who),
        UnionId = Name(IdType.UnionId, who),
        UserId = Name(IdType.UserId, who),
        Status = StatusOf(At(version)),
    }, false, At(version));

    private static Cached<Person>? Find(MemoryIdentityCache cache, IdType type, int who) => cache.Find(Key(type, who));

    private static PersonKey Key(IdType type, int who) => new(s_scope, PersonId.Of(s_scope, type, Name(type, who)), false);

    private static DateTimeOffset At(long version) => DateTimeOffset.UnixEpoch.AddTicks(version);

    // So that a record put together of two is seen.
    private static UserStatus StatusOf(DateTimeOffset askedAt) => (UserStatus)(1 + (askedAt.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) % 4);

    // Some are long, so that they take several cells.
    private static string Name(IdType type, int who) => type switch
    {
        IdType.UserId => who % 7 == 0 ? new string((char)('a' + who % 26), 60) + Number(who) : Number(who),
        IdType.OpenId => "ou_" + Number(who).PadLeft(32, '0'),
        _ => "on_" + Number(who).PadLeft(32, '0'),
    };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
