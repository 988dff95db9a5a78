using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Batching;

/// <summary><c>GET users/:user_id</c>: one id a call, resigned people too (R28). The person's id, where shown, must be the one asked for.</summary>
internal sealed class SingleUserCall(IdLane lane, IDirectory directory, Validity validity, BatchingOptions options) : ILaneCall<PersonId, Person>
{
    public BudgetKey Budget { get; } = new(Apis.User, lane.Scope);

    public int Compartments => 1;

    public int Capacity => 1;

    public int InFlightLimit => options.SingleCallsInFlight;

    public bool IsApart => false;

    public int CompartmentOf(PersonId key) => 0;

    public string NameOf(PersonId key) => key.Value;

    public bool HasEnded(PersonId key, in Answer<Person> answer) => validity.HasEnded(lane.Scope, key, answer.Outcome.Value, answer.AskedAt);

    public void Refused(PersonId key)
    {
        // A question for one id spoils no other.
    }

    public async Task<LaneReply<Person>> SendAsync(IReadOnlyList<PersonId> keys, CallContext call)
    {
        var outcome = await directory.GetUserAsync(lane.Scope, lane.IdType, keys[0].Value, call);
        if (!outcome.Succeeded) return outcome.Failure;
        Outcome<Person> answer = outcome.Value.Id(lane.IdType) is { } id && id != keys[0].Value ? LaneFailures.AnotherPerson : outcome.Value;
        return new Outcome<Person>?[] { answer };
    }
}
