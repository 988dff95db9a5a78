using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Batching;

/// <summary><c>POST users/batch_get_id</c>: e-mails and mobiles side by side, joined on the echoed contact (reference §2).</summary>
internal sealed class ContactCall(ContactLane lane, IDirectory directory, Validity validity, BatchingOptions options) : ILaneCall<Contact, ContactRow>
{
    public BudgetKey Budget { get; } = new(Apis.BatchGetId, lane.Scope);

    public int Compartments => 2;

    public int Capacity => options.BatchSize;

    public int InFlightLimit => options.CallsInFlight;

    public bool IsApart => false;

    public int CompartmentOf(Contact key) => (int)key.Kind;

    public string NameOf(Contact key) => key.Value;

    public bool HasEnded(Contact key, in Answer<ContactRow> answer) =>
        validity.HasEnded(lane.Scope, key, lane.IdType, answer.Outcome.Value?.Id, answer.AskedAt);

    public void Refused(Contact key)
    {
        // Contacts spoil no batch.
    }

    public async Task<LaneReply<ContactRow>> SendAsync(IReadOnlyList<Contact> keys, CallContext call)
    {
        var outcome = await directory.FindByContactAsync(lane.Scope, lane.IdType, lane.IncludeResigned, keys, call);
        if (!outcome.Succeeded) return outcome.Failure;
        var answers = new Outcome<ContactRow>?[keys.Count];
        var places = new Places<Contact>(keys);
        foreach (var row in outcome.Value)
        {
            if (places.Of(row.Contact) is { } i) LaneReply<ContactRow>.Join(ref answers[i], row.Id is null ? Failure.NotFound : row);
        }
        // The platform promises one row for each contact: a missing one tells nothing about the person.
        for (int i = 0; i < answers.Length; i++) answers[i] ??= LaneFailures.NotEchoed;
        return answers;
    }
}
