using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Batching;

/// <summary>
/// <c>GET users/batch</c>: people joined on the id that they were asked by. An app without the field scope for
/// user_id gets rows without it, which cannot be joined: those keys are asked singly, and for a while all others too.
/// </summary>
internal sealed class PackedUserCall(IdLane lane, RefusedIds<PersonId> refused, bool apart, IDirectory directory, LaneServices services)
    : ILaneCall<PersonId, Person>
{
    private readonly BatchingOptions _options = services.Options;
    private readonly TimeProvider _time = services.Time;
    private long _singlyUntil;

    public BudgetKey Budget { get; } = new(Apis.UsersBatch, lane.Scope);

    public int Compartments => 1;

    public int Capacity => _options.BatchSize;

    public int InFlightLimit => _options.CallsInFlight;

    /// <summary>Whether rows lately came without the id that they are joined on.</summary>
    public bool AsksSingly => _time.GetUtcNow().UtcTicks < Volatile.Read(ref _singlyUntil);

    public bool IsApart => apart;

    public int CompartmentOf(PersonId key) => 0;

    public string NameOf(PersonId key) => key.Value;

    public bool HasEnded(PersonId key, in Answer<Person> answer) => services.Validity.HasEnded(lane.Scope, key, answer.Outcome.Value, answer.AskedAt);

    public void Refused(PersonId key) => refused.Add(key);

    public async Task<LaneReply<Person>> SendAsync(IReadOnlyList<PersonId> keys, CallContext call)
    {
        if (AsksSingly) return new Outcome<Person>?[keys.Count];
        var ids = new string[keys.Count];
        for (int i = 0; i < ids.Length; i++) ids[i] = keys[i].Value;
        var outcome = await directory.GetUsersAsync(lane.Scope, lane.IdType, ids, call);
        if (!outcome.Succeeded) return outcome.Failure;
        if (apart)
        {
            foreach (var key in keys) refused.Remove(key);
        }
        var answers = new Outcome<Person>?[keys.Count];
        var places = new Places<string>(ids);
        bool joinable = true;
        foreach (var person in outcome.Value)
        {
            if (person.Id(lane.IdType) is not { } id) joinable = false;
            else if (places.Of(id) is { } i) LaneReply<Person>.Join(ref answers[i], person);
        }
        if (!joinable) Volatile.Write(ref _singlyUntil, (_time.GetUtcNow() + _options.AskSinglyFor).UtcTicks);
        else
        {
            for (int i = 0; i < answers.Length; i++) answers[i] ??= Failure.NotFound;
        }
        return answers;
    }
}
