using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Batching;

/// <summary>A lookup that packs within one request only: chunks of 50, ids that spoil a chunk found by halving.</summary>
public sealed class ChunkedLookup(IDirectory directory, IBudget budget, TimeProvider time) : ILookup
{
    private const int MaxKeys = 50;

    /// <inheritdoc/>
    public async Task<Answer<ContactRow>[]> FindByContactAsync(ContactLane lane, IReadOnlyList<Contact> contacts, DateTimeOffset? notBefore, CallContext call)
    {
        var answers = new Dictionary<Contact, Answer<ContactRow>>();
        foreach (var chunk in contacts.GroupBy(c => c.Kind).SelectMany(k => k.Chunk(MaxKeys)))
        {
            var asked = time.GetUtcNow();
            var rows = await budget.TakeAsync(new(Apis.BatchGetId, lane.Scope), call) is { } refused ? refused
                : await directory.FindByContactAsync(lane.Scope, lane.IdType, lane.IncludeResigned, chunk, call);
            foreach (var contact in chunk) answers[contact] = new(rows.Failure ?? Failure.Late, asked);
            foreach (var row in rows.Value ?? []) answers[row.Contact] = new(row, asked);
        }
        return [.. contacts.Select(c => answers[c])];
    }

    /// <inheritdoc/>
    public async Task<Answer<Person>[]> GetUsersAsync(IdLane lane, IReadOnlyList<PersonId> ids, DateTimeOffset? notBefore, CallContext call)
    {
        var answers = new Dictionary<string, Answer<Person>>();
        foreach (string[] chunk in ids.Select(i => i.Value).Chunk(lane.Singly ? 1 : MaxKeys)) await AskAsync(lane, chunk, answers, call);
        return [.. ids.Select(i => answers[i.Value])];
    }

    private async Task AskAsync(IdLane lane, string[] ids, Dictionary<string, Answer<Person>> answers, CallContext call)
    {
        var asked = time.GetUtcNow();
        if (ids.Length == 1 && (lane.Singly || lane.IdType == IdType.UserId))
        {
            var one = await budget.TakeAsync(new(Apis.User, lane.Scope), call) is { } no ? no : await directory.GetUserAsync(lane.Scope, lane.IdType, ids[0], call);
            answers[ids[0]] = new(one, asked);
            return;
        }
        var rows = await budget.TakeAsync(new(Apis.UsersBatch, lane.Scope), call) is { } refused ? refused : await directory.GetUsersAsync(lane.Scope, lane.IdType, ids, call);
        if (rows.Failure is { InvalidIds: not null } && ids.Length > 1 || rows.Value is { Count: > 0 } people && people.All(p => p.Id(lane.IdType) is null))
        {
            await AskAsync(lane, ids[..(ids.Length / 2)], answers, call);
            await AskAsync(lane, ids[(ids.Length / 2)..], answers, call);
            return;
        }
        foreach (string id in ids) answers[id] = new(rows.Failure ?? Failure.NotFound, asked);
        foreach (var person in rows.Value ?? []) answers[person.Id(lane.IdType)!] = new(person, asked);
    }
}

/// <summary>A budget without bounds.</summary>
public sealed class NoBudget : IBudget
{
    /// <inheritdoc/>
    public ValueTask<Failure?> TakeAsync(BudgetKey key, CallContext call) => default;

    /// <inheritdoc/>
    public void Pause(BudgetKey key, TimeSpan reset) { }

    /// <inheritdoc/>
    public void StopForMonth(AppTenant scope) { }
}
