using FsCheck;
using FsCheck.Fluent;
using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Tests.Caching;

/// <summary>Whatever is stored in whatever order, what is found is the youngest of it and nothing else, and only what had to make room is absent.</summary>
public class CacheProperties
{
    private static readonly AppTenant[] s_scopes = [new(new("cli_1"), new("p"), new("t")), new(new("cli_2"), new("p"), new("t"))];

    [Fact]
    public void Store_AnySchedule_FindsTheYoungestOrWhatHadToMakeRoom() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(150),
            Prop.ForAll(ArbMap.Default.ArbFor<(byte Kind, byte Who, byte Ids, byte Time)[]>(), ArbMap.Default.ArbFor<byte>(), (steps, room) => Run(steps, 1_200 + (room * 40))));

    private static void Run((byte Kind, byte Who, byte Ids, byte Time)[] steps, long maxBytes)
    {
        var cache = new MemoryIdentityCache(maxBytes, indexes: 2, chunkCells: 4);
        var model = new List<Entry>();
        foreach (var (kind, who, ids, time) in steps)
        {
            var scope = s_scopes[who / 16 % 2];
            bool includeResigned = kind / 8 % 2 == 0;
            var askedAt = DateTimeOffset.UnixEpoch.AddTicks(time / 8);
            long evicted = Evictions(cache);
            int overtaken = 0;
            switch (kind % 4)
            {
                case 0 or 1:
                    var person = PersonOf(who % 12, ids);
                    var askedBy = ids / 64 is > 0 and var by ? PersonId.Of(scope, (IdType)(by - 1), NameOf((IdType)(by - 1), by == 3 ? ids % 5 : who % 12)) : (PersonId?)null;
                    cache.StorePerson(scope, person, includeResigned, askedAt, askedBy);
                    List<object> keys = [.. Enum.GetValues<IdType>().Where(t => person.Id(t) is not null && (t != IdType.UserId || person.Status is not (null or UserStatus.Resigned)))
                        .Select(t => (object)new PersonKey(scope, PersonId.Of(scope, t, person.Id(t)!), includeResigned))];
                    overtaken += Put(model, new(keys, askedAt, person));
                    if (askedBy is { } asked && !keys.Contains(new PersonKey(scope, asked, includeResigned))) overtaken += PutAsked(cache, model, new([new PersonKey(scope, asked, includeResigned)], askedAt, person));
                    break;
                case 2:
                    var type = (IdType)(ids % 3);
                    var key = new PersonKey(scope, PersonId.Of(scope, type, NameOf(type, type == IdType.UserId ? who % 5 : who % 12)), includeResigned);
                    var failure = new Failure(FailureReason.NoPermission, $"{time}");
                    cache.Store(key, failure, askedAt);
                    overtaken += Put(model, new([key], askedAt, failure));
                    break;
                default:
                    var contact = new ContactKey(scope, new(UInt128.MaxValue / (who % 12u + 1)), (IdType)(ids % 3), includeResigned);
                    object value = ids % 2 == 0 ? new ContactMatch(NameOf(contact.IdType, time % 12), time % 6 > 0 ? (UserStatus)(time % 6) : null) : Failure.NotFound;
                    cache.Store(contact, new(value as ContactMatch, value as Failure, askedAt));
                    overtaken += Put(model, new([contact], askedAt, value));
                    break;
            }
            int absent = model.RemoveAll(e => IsAbsent(cache, e));
            evicted = Evictions(cache) - evicted;
            Assert.InRange(evicted, absent, absent + overtaken);
            var figures = cache.Figures();
            Assert.InRange(figures.Bytes, 0, maxBytes);
            Assert.Equal(model.Count, figures.People.Entries + figures.PersonMisses.Entries + figures.Contacts.Entries + figures.ContactMisses.Entries);
            Assert.InRange(figures.People.Bytes + figures.PersonMisses.Bytes + figures.Contacts.Bytes + figures.ContactMisses.Bytes, 0, figures.Bytes);
        }
    }

    private static int Put(List<Entry> model, Entry entry)
    {
        if (model.Exists(e => e.AskedAt > entry.AskedAt && e.Keys.Intersect(entry.Keys).Any())) return 0;
        int overtaken = model.RemoveAll(e => e.Keys.Intersect(entry.Keys).Any());
        model.Add(entry);
        return overtaken;
    }

    // A person and the id they were asked by are kept one after the other: a younger answer about that id may have had to make room in between.
    private static int PutAsked(MemoryIdentityCache cache, List<Entry> model, Entry entry)
    {
        int younger = model.FindIndex(e => e.AskedAt > entry.AskedAt && e.Keys.Intersect(entry.Keys).Any());
        if (younger < 0 || cache.Find((PersonKey)entry.Keys[0])?.AskedAt != entry.AskedAt) return Put(model, entry);
        Assert.All(model[younger].Keys.Except(entry.Keys), key => Assert.Null(cache.Find((PersonKey)key)));
        model[younger] = entry;
        return 1;
    }

    // An answer is found under all of its keys or under none.
    private static bool IsAbsent(MemoryIdentityCache cache, Entry entry)
    {
        var found = entry.Keys.Select(k => k is PersonKey person ? Of(cache.Find(person)) : Of(cache.Find((ContactKey)k))).Distinct().ToList();
        var (value, askedAt) = Assert.Single(found);
        if (value is null) return true;
        Assert.Equal((entry.Value, entry.AskedAt), (value, askedAt));
        return false;

        static (object? Value, DateTimeOffset AskedAt) Of<T>(Cached<T>? answer) where T : class => (answer?.Value ?? (object?)answer?.Failure, answer?.AskedAt ?? default);
    }

    private static Person PersonOf(int who, byte ids) => new()
    {
        OpenId = NameOf(IdType.OpenId, who),
        UnionId = ids / 8 % 4 == 0 ? null : NameOf(IdType.UnionId, who),
        UserId = ids / 32 % 4 == 0 ? null : NameOf(IdType.UserId, ids % 5),
        Status = ids % 6 == 0 ? null : (UserStatus)(ids % 6),
    };

    private static string NameOf(IdType type, int who) => who % 3 == 0 ? $"{type}{new string('x', 5 * who)}{who}"
        : (type == IdType.OpenId ? "ou_" : "on_") + new string((char)('0' + who % 10), 32);

    private static long Evictions(MemoryIdentityCache cache) =>
        cache.Figures() is var f ? f.People.Evictions + f.PersonMisses.Evictions + f.Contacts.Evictions + f.ContactMisses.Evictions : 0;

    private sealed record Entry(List<object> Keys, DateTimeOffset AskedAt, object Value);
}
