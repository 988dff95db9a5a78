using System.Collections.Concurrent;
using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace IdentityGrpc.Core.Batching;

/// <summary>The platform, key by key, over lanes that pack the calls (design §5; how, is told at <c>Lane</c>).</summary>
public sealed class PackedLookup : ILookup
{
    /// <summary>How many keys make a question long: one that gives way to others.</summary>
    public const int ManyKeys = 256;

    private readonly ConcurrentDictionary<ContactLane, Lane<Contact, ContactRow>> _contacts = new();
    private readonly ConcurrentDictionary<IdLane, IdLanes> _ids = new();
    private readonly IDirectory _directory;
    private readonly LaneServices _services;

    /// <summary>Makes a lookup.</summary>
    /// <param name="directory">The platform.</param>
    /// <param name="budget">Where each call takes its permit.</param>
    /// <param name="watermarks">Its clock stamps answers.</param>
    /// <param name="validity">What voids them.</param>
    /// <param name="options">How to pack.</param>
    /// <param name="time">The clock of waits and deadlines.</param>
    /// <param name="metrics">Where figures go.</param>
    /// <param name="logger">Where faults of the service itself go.</param>
    /// <exception cref="ArgumentException">An option is out of its bounds.</exception>
    public PackedLookup(IDirectory directory, IBudget budget, IWatermarks watermarks, Validity validity, BatchingOptions options, TimeProvider time,
        CoreMetrics metrics, ILogger<PackedLookup> logger)
    {
        if (options.Problems().ToArray() is { Length: > 0 } problems) throw new ArgumentException(string.Join(' ', problems), nameof(options));
        _directory = directory;
        _services = new(budget, watermarks, validity, options, time, metrics, logger);
    }

    internal int Lanes => _contacts.Count + _ids.Count;

    /// <summary>Keys that wait or are under way.</summary>
    internal int KeysAsked => _contacts.Values.Sum(l => l.KeysAsked) + _ids.Values.Sum(l => l.KeysAsked);

    /// <inheritdoc/>
    public async ValueTask<IDisposable?> BeginAsync(ContactLane lane, int keys, CallContext call) =>
        keys >= ManyKeys && _contacts.TryGetValue(lane, out var found) ? await found.BeginAsync(keys, call) : null;

    /// <inheritdoc/>
    public ValueTask LetCallsLeaveAsync(ContactLane lane, int answers, CallContext call) =>
        answers >= ManyKeys && _contacts.TryGetValue(lane, out var found) ? found.LetCallsLeaveAsync(call) : default;

    /// <inheritdoc/>
    public Task<Answer<ContactRow>[]> FindByContactAsync(ContactLane lane, IReadOnlyList<Contact> contacts, DateTimeOffset? notBefore, CallContext call) =>
        contacts.Count == 1
            ? AskAsync(lane, contacts, notBefore, call)
            : CurrentAnswers.EnsureAsync(contacts, (keys, _) => AskAsync(lane, keys, notBefore, call),
                (contact, answer) => !IsPassing(answer) && _services.Validity.HasEnded(lane.Scope, contact, lane.IdType, answer.Outcome.Value?.Id, answer.AskedAt), GiveUp);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">An id is not of the lane's kind and scope.</exception>
    public Task<Answer<Person>[]> GetUsersAsync(IdLane lane, IReadOnlyList<PersonId> ids, DateTimeOffset? notBefore, CallContext call)
    {
        for (int i = 0; i < ids.Count; i++)
        {
            if (ids[i] != PersonId.Of(lane.Scope, lane.IdType, ids[i].Value)) throw new ArgumentException($"Id {i} is not of the lane's kind and scope.", nameof(ids));
        }
        return ids.Count == 1
            ? AskAsync(lane, ids, notBefore, call)
            : CurrentAnswers.EnsureAsync(ids, (keys, _) => AskAsync(lane, keys, notBefore, call),
                (id, answer) => !IsPassing(answer) && _services.Validity.HasEnded(lane.Scope, id, answer.Outcome.Value, answer.AskedAt), GiveUp);
    }

    private static bool IsPassing<T>(Answer<T> answer) where T : class => answer.Outcome.Failure is { Retryable: true };

    private static Answer<T> GiveUp<T>(Answer<T> answer) where T : class => answer with { Outcome = Failure.AlwaysChanging };

    private Task<Answer<ContactRow>[]> AskAsync(ContactLane lane, IReadOnlyList<Contact> contacts, DateTimeOffset? notBefore, CallContext call)
    {
        while (true)
        {
            if (!_contacts.TryGetValue(lane, out var found))
            {
                if (!HasRoom()) return Refuse<ContactRow>(contacts.Count);
                found = _contacts.GetOrAdd(lane, static (l, self) => new(new ContactCall(l, self._directory, self._services.Validity, self._services.Options), null, self._services), this);
            }
            if (found.TryAsk(contacts, notBefore, call) is { } answers) return answers;
            _contacts.TryRemove(new(lane, found));
        }
    }

    private Task<Answer<Person>[]> AskAsync(IdLane lane, IReadOnlyList<PersonId> ids, DateTimeOffset? notBefore, CallContext call)
    {
        while (true)
        {
            if (!_ids.TryGetValue(lane, out var found))
            {
                if (!HasRoom()) return Refuse<Person>(ids.Count);
                found = _ids.GetOrAdd(lane, l => new(l, _directory, _services, AskAsync));
            }
            if (found.AsksSingly) return AskAsync(lane with { Singly = true }, ids, notBefore, call);
            if (found.TryAsk(ids, notBefore, call) is { } answers) return answers;
            _ids.TryRemove(new(lane, found));
        }
    }

    // Lanes are few and seldom made; so that is when idle ones are looked for.
    private bool HasRoom()
    {
        var idle = _services.Options.LaneIdleTime;
        if (_contacts.Count + _ids.Count >= _services.Options.LaneLimit) idle = TimeSpan.Zero;
        foreach (var lane in _contacts.Where(l => l.Value.TryRetire(idle))) _contacts.TryRemove(lane);
        foreach (var lane in _ids.Where(l => l.Value.TryRetire(idle))) _ids.TryRemove(lane);
        return _contacts.Count + _ids.Count < _services.Options.LaneLimit;
    }

    private Task<Answer<T>[]> Refuse<T>(int keys) where T : class
    {
        var answers = new Answer<T>[keys];
        Array.Fill(answers, new(BudgetRefusal.QueueIsFull(TimeSpan.FromSeconds(1)), _services.Watermarks.Now));
        return Task.FromResult(answers);
    }
}
