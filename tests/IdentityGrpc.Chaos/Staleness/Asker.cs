using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using IdentityGrpc.V1;

namespace IdentityGrpc.Chaos.Staleness;

/// <summary>What a run has seen.</summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<string, long> _counts = [];

    /// <summary>Answers that were not true at any moment that was allowed; judged again at the end, when all changes are known.</summary>
    public ConcurrentQueue<(Question Question, Func<string?> Judge, string Where)> Doubts { get; } = [];

    public IReadOnlyDictionary<string, long> Counts => _counts;

    public void Count(string what, long by = 1) => _counts.AddOrUpdate(what, by, (_, n) => n + by);
}

/// <summary>Asks a replica about random keys of now and of earlier, with random freshness, and has the answers judged.</summary>
internal sealed class Asker(World world, Checker checker, IReadOnlyList<Replica> replicas, IReadOnlyList<string> apps, Tally tally, int seed)
{
    private const int KeysACall = 200;
    private readonly Random _random = new(seed);

    /// <summary>Makes one call.</summary>
    /// <returns>How many keys were answered.</returns>
    public async Task<int> AskAsync(CancellationToken cancellation)
    {
        var replica = replicas[_random.Next(replicas.Count)];
        string app = apps[_random.Next(apps.Count)];
        IdType[] wanted = _random.Next(3) switch { 0 => [IdType.OpenId], 1 => [IdType.OpenId, IdType.UserId], _ => [IdType.OpenId, IdType.UnionId, IdType.UserId] };
        var freshness = _random.Next(20) switch
        {
            0 => new Freshness { MaxAge = new Duration() },
            1 or 2 => new Freshness { MaxAge = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(_random.Next(1, 800))) },
            3 => new Freshness { CachedOnly = true },
            4 or 5 => new Freshness { AllowStale = true },
            _ => new Freshness(),
        };
        bool contacts = _random.Next(2) == 0;
        Key[] keys = [.. Enumerable.Range(0, KeysACall).Select(_ => Pick(contacts, app))];
        var known = replica.Knowledge.Now();
        var asked = Instant.Now;
        var answers = contacts
            ? await ResolveAsync(replica, app, keys, wanted, freshness, cancellation)
            : await ConvertAsync(replica, app, keys, wanted, freshness, cancellation);
        var answered = Instant.Now;
        if (answers.Length != keys.Length) tally.Doubts.Enqueue((null!, () => $"{answers.Length} answers to {keys.Length} keys", replica.Name));
        for (int i = 0; i < answers.Length; i++) Judge(new(app, keys[i], wanted, freshness, known, asked, answered), answers[i], replica);
        return answers.Length;
    }

    private void Judge(Question question, Answer answer, Replica replica)
    {
        var (identity, unresolved, provenance) = answer;
        tally.Count(identity is not null ? $"found, {provenance.Source}" : $"{unresolved!.Reason}, {provenance.Source}");
        if (unresolved is { Reason: not UnresolvedReason.NotFoundOrNotVisible }) return;
        Func<string?> judge = () => identity is not null ? checker.Judge(question, identity, provenance.Source) : checker.JudgeNobody(question, provenance.Source);
        if (judge() is not null) tally.Doubts.Enqueue((question, judge, $"replica {replica.Name}, {provenance.Source}"));
    }

    private Key Pick(bool contact, string app)
    {
        while (true)
        {
            var people = _random.Next(2) == 0 && world.Changing is { Length: > 0 } changing ? changing : world.People;
            var person = people[_random.Next(people.Length)];
            var versions = person.Versions;
            // Mostly as they are or just were: that is where mistakes are.
            var version = versions[_random.Next(4) == 0 ? _random.Next(versions.Length) : Math.Max(0, versions.Length - 1 - _random.Next(2))];
            var key = (contact, _random.Next(3)) switch
            {
                (true, 0) => new Key(KeyKind.Mobile, version.Mobile ?? ""),
                (true, _) => new Key(KeyKind.Email, version.Email ?? ""),
                (_, 0) => new Key(KeyKind.OpenId, person.OpenIds.GetValueOrDefault(app, "")),
                (_, 1) => new Key(KeyKind.UnionId, person.UnionId),
                _ => new Key(KeyKind.UserId, version.UserId),
            };
            if (key.Value.Length > 0) return key;
        }
    }

    private static async Task<Answer[]> ResolveAsync(Replica replica, string app, Key[] keys, IdType[] wanted, Freshness freshness, CancellationToken cancellation)
    {
        var request = new ResolveByContactRequest { App = app, IdTypes = { wanted }, Freshness = freshness };
        request.Contacts.Add(keys.Select(k => k.Kind == KeyKind.Email ? new Contact { Email = k.Value } : new Contact { Mobile = k.Value }));
        try
        {
            var response = await replica.Server.Identity.ResolveByContactAsync(request, cancellationToken: cancellation);
            return [.. response.Resolutions.Select(r => new Answer(r.Identity, r.Unresolved, r.Provenance))];
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.ResourceExhausted)
        {
            return Refused(keys, e);
        }
    }

    private static async Task<Answer[]> ConvertAsync(Replica replica, string app, Key[] keys, IdType[] wanted, Freshness freshness, CancellationToken cancellation)
    {
        var request = new ConvertIdRequest { App = app, IdTypes = { wanted }, Freshness = freshness, Ids = { keys.Select(k => k.Value) } };
        try
        {
            var response = await replica.Server.Identity.ConvertIdAsync(request, cancellationToken: cancellation);
            return [.. response.Conversions.Select(c => new Answer(c.Identity, c.Unresolved, c.Provenance))];
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.ResourceExhausted)
        {
            return Refused(keys, e);
        }
    }

    private static Answer[] Refused(Key[] keys, RpcException refusal) => [.. keys.Select(_ => new Answer(null,
        new() { Reason = refusal.StatusCode == StatusCode.Unavailable ? UnresolvedReason.UpstreamUnavailable : UnresolvedReason.BudgetExhausted }, new()))];

    private sealed record Answer(Identity? Identity, Unresolved? Unresolved, Provenance Provenance);
}
