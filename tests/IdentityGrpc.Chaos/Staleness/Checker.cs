using IdentityGrpc.V1;

namespace IdentityGrpc.Chaos.Staleness;

/// <summary>What was asked, and when.</summary>
/// <param name="App">The app whose ids are asked for.</param>
/// <param name="Key">The key.</param>
/// <param name="Wanted">The kinds of id asked for.</param>
/// <param name="Freshness">How old answers may be.</param>
/// <param name="Known">What the replica knew when it was asked.</param>
/// <param name="Asked">When it was asked.</param>
/// <param name="Answered">When it had answered.</param>
internal sealed record Question(string App, Key Key, IReadOnlyCollection<IdType> Wanted, Freshness Freshness, Known Known, TimeSpan Asked, TimeSpan Answered);

/// <summary>Whether an answer was true at a moment that was allowed: within its lifetime, and not before a change that was known.</summary>
internal sealed class Checker(World world, Limits limits)
{
    /// <summary>What is wrong with an identity; null: nothing.</summary>
    public string? Judge(Question q, Identity identity, Source source)
    {
        if (Find(identity) is not { } person) return "nobody has these ids";
        if (identity.OpenId.Length > 0 && person.OpenIds[q.App] != identity.OpenId) return "an open_id of another app";
        if (identity.UnionId.Length > 0 && person.UnionId != identity.UnionId) return "the union_id is another person's";
        if (!IsTrue(q, person, q.Key, LifetimeOf(q), source)) return $"the {q.Key.Kind} was not theirs";
        if (identity.UserId.Length > 0 && !IsTrue(q, person, new(KeyKind.UserId, identity.UserId), limits.UserId, source)) return "the user_id was not theirs";
        return null;
    }

    /// <summary>What is wrong with the answer that nobody was found; null: nothing.</summary>
    public string? JudgeNobody(Question q, Source source)
    {
        var from = q.Asked - limits.Within(limits.Negative, q.Freshness, source);
        if (IsFree(q, from)) return null;
        // Whom a contact was rightly thought to belong to may have left.
        var left = world.HoldersOf(q.Key).Any(p => q.Key.IsContact && IsTrue(q, p, q.Key, limits.Contact, source)
            && p.Versions.Any(v => !v.Visible && v.From <= q.Answered && v.Until >= from));
        return left ? null : $"the {q.Key.Kind} was somebody's all the time";
    }

    private TimeSpan LifetimeOf(Question q) => q.Key.Kind switch
    {
        KeyKind.Email or KeyKind.Mobile => limits.Contact,
        KeyKind.UserId => limits.UserId,
        _ => q.Wanted.Contains(IdType.UserId) ? limits.UserId : limits.Ids,
    };

    private Person? Find(Identity identity) =>
        world.HoldersOf(identity.OpenId.Length > 0 ? new(KeyKind.OpenId, identity.OpenId) : new Key(KeyKind.UnionId, identity.UnionId)) is [var one] ? one : null;

    private bool IsTrue(Question q, Person person, Key key, TimeSpan lifetime, Source source)
    {
        var from = Later(q.Asked - limits.Within(lifetime, q.Freshness, source), KnownSince(q, key));
        var versions = person.Versions;
        for (int i = LeastVersion(q, person, key); i < versions.Length; i++)
        {
            if (versions[i].Holds(key) && versions[i].From <= q.Answered && versions[i].Until >= from) return true;
        }
        return false;
    }

    // A change ends what holds one of the person's ids, old or new. What is kept of a contact holds the open_id alone,
    // which only the change as told to its own app names; of other changes it ends with those of the contact itself.
    private static int LeastVersion(Question q, Person person, Key key) =>
        q.Known.Of(person).Where(t => !key.IsContact || t.App == q.App || Touches(person, t.Version, key)).Select(t => t.Version).DefaultIfEmpty(0).Max();

    // A moment at which it is not certain that somebody held the key.
    private bool IsFree(Question q, TimeSpan from)
    {
        var at = Later(from, KnownSince(q, q.Key));
        while (true)
        {
            var holding = world.HoldersOf(q.Key).SelectMany(p => p.Versions).FirstOrDefault(v => v.Holds(q.Key) && v.Sure <= at && v.Leaving > at);
            if (holding is null) return true;
            if (holding.Leaving >= q.Answered) return false;
            at = holding.Leaving;
        }
    }

    // When the last change began that gave the key to somebody, or took it, and that the replica knew of.
    private TimeSpan KnownSince(Question q, Key key)
    {
        var since = TimeSpan.MinValue;
        foreach (var person in world.HoldersOf(key))
        {
            foreach (var (app, version) in q.Known.Of(person))
            {
                bool isNamed = key.Kind != KeyKind.OpenId || app == q.App;
                if (isNamed && Touches(person, version, key)) since = Later(since, person.Versions[version].From);
            }
        }
        return since;
    }

    private static bool Touches(Person person, int version, Key key) =>
        person.Versions[version].Holds(key) != (version > 0 && person.Versions[version - 1].Holds(key));

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
