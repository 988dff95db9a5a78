using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Batching;

/// <summary>The lane of one kind of ids, and beside it, where calls are packed, the one for ids that were called invalid before.</summary>
internal sealed class IdLanes
{
    private readonly Lane<PersonId, Person> _main;
    private readonly Lane<PersonId, Person>? _apart;
    private readonly PackedUserCall? _packed;
    private readonly RefusedIds<PersonId> _refused;

    /// <summary>Asks in the lane of that name, which may be another one.</summary>
    public delegate Task<Answer<Person>[]> Asker(IdLane lane, IReadOnlyList<PersonId> ids, DateTimeOffset? notBefore, CallContext call);

    public IdLanes(IdLane lane, IDirectory directory, LaneServices services, Asker ask)
    {
        _refused = new(services.Options.RememberedRefusals);
        if (lane.Singly)
        {
            _main = new(new SingleUserCall(lane, directory, services.Validity, services.Options), null, services);
            return;
        }
        Task<Answer<Person>[]> AskSinglyAsync(IReadOnlyList<PersonId> ids, DateTimeOffset? notBefore, CallContext call) =>
            ask(lane with { Singly = true }, ids, notBefore, call);
        _packed = new(lane, _refused, apart: false, directory, services);
        _main = new(_packed, AskSinglyAsync, services);
        var options = services.Options;
        var few = services with
        {
            Options = options with
            {
                CallsInFlight = options.QuarantineCallsPerCaller,
                QueueLimitPerCaller = Math.Min(options.QueueLimitPerCaller, options.QuarantineLimitPerCaller),
            },
        };
        _apart = new(new PackedUserCall(lane, _refused, apart: true, directory, few), AskSinglyAsync, few);
    }

    /// <summary>Whether rows lately came without the id that they are joined on.</summary>
    public bool AsksSingly => _packed is { AsksSingly: true };

    /// <inheritdoc cref="Lane{TKey,TAnswer}.KeysAsked"/>
    public int KeysAsked => _main.KeysAsked + (_apart?.KeysAsked ?? 0);

    /// <summary>Asks for the ids.</summary>
    /// <returns>Null where the lanes are out of use: ask their successors.</returns>
    public Task<Answer<Person>[]>? TryAsk(IReadOnlyList<PersonId> ids, DateTimeOffset? notBefore, CallContext call)
    {
        if (_apart is null || _refused.Among(ids) is not { } places) return _main.TryAsk(ids, notBefore, call);
        var apart = _apart.TryAsk(places.ConvertAll(i => ids[i]), notBefore, call);
        if (apart is null) return null;
        var others = new List<int>(ids.Count - places.Count);
        for (int i = 0, next = 0; i < ids.Count; i++)
        {
            if (next < places.Count && places[next] == i) next++;
            else others.Add(i);
        }
        if (others.Count == 0) return apart;
        return _main.TryAsk(others.ConvertAll(i => ids[i]), notBefore, call) is { } rest ? MergeAsync(ids.Count, places, apart, others, rest) : null;
    }

    /// <summary>Takes the lanes out of use where they have been idle for that long.</summary>
    public bool TryRetire(TimeSpan idle) => _main.TryRetire(idle) && (_apart?.TryRetire(idle) ?? true);

    private static async Task<Answer<Person>[]> MergeAsync(int count, List<int> places, Task<Answer<Person>[]> apart, List<int> others, Task<Answer<Person>[]> rest)
    {
        var merged = new Answer<Person>[count];
        Put(await apart, places);
        Put(await rest, others);
        return merged;

        void Put(Answer<Person>[] answers, List<int> at)
        {
            for (int i = 0; i < answers.Length; i++) merged[at[i]] = answers[i];
        }
    }
}
