using System.Collections.Immutable;

namespace IdentityGrpc.Chaos.Staleness;

/// <summary>Which changes of people a replica must know of: the event was answered, here or, a while ago, elsewhere.</summary>
internal sealed class Knowledge
{
    private ImmutableDictionary<int, ImmutableList<Told>> _known = ImmutableDictionary<int, ImmutableList<Told>>.Empty;

    /// <summary>Takes note that the app was told of the change to the person's version.</summary>
    public void Learn(string app, int person, int version) =>
        ImmutableInterlocked.AddOrUpdate(ref _known, person, [new(app, version)], (_, known) => known.Add(new(app, version)));

    /// <summary>What is known at this moment; answers asked for from now on are compared with it.</summary>
    public Known Now() => new(Volatile.Read(ref _known));
}

/// <summary>A change that an app was told of.</summary>
internal sealed record Told(string App, int Version);

/// <summary>What a replica knew at a moment.</summary>
internal sealed class Known(ImmutableDictionary<int, ImmutableList<Told>> byPerson)
{
    public IReadOnlyList<Told> Of(Person person) => byPerson.GetValueOrDefault(person.Index, []);
}
