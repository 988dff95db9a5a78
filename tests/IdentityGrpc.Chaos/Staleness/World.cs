using System.Collections.Concurrent;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Chaos.Staleness;

/// <summary>Everybody in the sandbox's first tenant, as they are and were: the truth that answers are compared with.</summary>
internal sealed class World
{
    private readonly ConcurrentDictionary<Key, Person[]> _holders = [];
    private const int Recent = 16;
    private volatile Person[] _people = [], _changing = [];

    public Person[] People => _people;

    /// <summary>Who was changed last: that is where mistakes show.</summary>
    public Person[] Changing => _changing;

    /// <summary>All who hold or held the key.</summary>
    public Person[] HoldersOf(Key key) => _holders.GetValueOrDefault(key, []);

    /// <summary>Reads everybody.</summary>
    public static async Task<World> ReadAsync(SandboxTruth truth, string tenantKey, string provider, CancellationToken cancellation)
    {
        var world = new World();
        foreach (var user in await truth.UsersAsync(tenantKey, cancellation))
        {
            if (user.IsResigned) continue;
            var person = world.Add(new(user.UserId, user.Email, user.Mobile, Visible: true, TimeSpan.Zero));
            world.Name(person, user.UnionIds[provider], user.OpenIds);
            person.Done();
        }
        return world;
    }

    /// <summary>Whether the sandbox's people are what this believes: a run that loses its own truth proves nothing.</summary>
    public async Task CompareAsync(SandboxTruth truth, string tenantKey, string provider, CancellationToken cancellation)
    {
        var members = (await truth.UsersAsync(tenantKey, cancellation)).Where(u => !u.IsResigned).ToDictionary(u => u.UnionIds[provider]);
        foreach (var person in _people)
        {
            bool isThere = members.Remove(person.UnionId, out var user);
            if (isThere != person.Now.Visible) throw new InvalidOperationException($"Person {person.Index} is {(isThere ? "there" : "gone")}, and should not.");
            if (user is not null && (user.UserId, user.Email, user.Mobile) != (person.Now.UserId, person.Now.Email, person.Now.Mobile)) throw new InvalidOperationException($"Person {person.Index} is {user}, not {person.Now}.");
        }
        if (members.Count > 0) throw new InvalidOperationException($"{members.Count} people are unknown.");
    }

    /// <summary>Adds somebody whose ids the platform is still to make.</summary>
    public Person Add(Version first)
    {
        var person = new Person(_people.Length);
        Begin(person, first);
        _people = [.. _people, person];
        return person;
    }

    /// <summary>Says which ids the platform made.</summary>
    public void Name(Person person, string unionId, IReadOnlyDictionary<string, string> openIds)
    {
        person.Name(unionId, openIds);
        Know(new(KeyKind.UnionId, unionId), person);
        foreach (string openId in openIds.Values) Know(new(KeyKind.OpenId, openId), person);
    }

    /// <summary>Begins a change; <see cref="Person.Done"/> ends it.</summary>
    public void Begin(Person person, Version next)
    {
        Know(new(KeyKind.UserId, next.UserId), person);
        if (next.Email is { } email) Know(new(KeyKind.Email, email), person);
        if (next.Mobile is { } mobile) Know(new(KeyKind.Mobile, mobile), person);
        person.Begin(next);
        if (next.From > TimeSpan.Zero) _changing = [.. _changing.TakeLast(Recent - 1), person];
    }

    private void Know(Key key, Person person) =>
        _holders.AddOrUpdate(key, static (_, p) => [p], static (_, known, p) => known.Contains(p) ? known : [.. known, p], person);
}
