using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Resolution;
using IdentityGrpc.Redis.Tests.Support;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Redis.Tests.Changes;

/// <summary>
/// What is answered when the clock of Redis is set back: replicas have kept answers that seem younger than changes which came later.
/// That it was ahead until then is told to the replicas as a sample of it; what they read next shows them that it no longer is.
/// </summary>
public class ClockSetBackTests
{
    private const int People = 10;

    // Long enough that all has changed before the clock has caught up.
    private static readonly TimeSpan s_ahead = TimeSpan.FromSeconds(8);
    private readonly Company _company = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Convert_ChangedSinceTheClockWasSetBack_IsNeverAnsweredAsBefore()
    {
        await using var server = await RedisServer.StartNewAsync(Cancellation);
        await using var one = await StartAsync(server);
        await using var two = await StartAsync(server);
        var before = new List<Person>();
        for (int i = 0; before.Count < People; i++)
        {
            var person = Add($"p{i}", "old");
            SetAhead(one, two);
            // Whoever has looked at the log meanwhile knows better already.
            if (await AskedAheadAsync(one, person) && await AskedAheadAsync(two, person)) before.Add(person);
        }
        // One may know it already when two has not noticed yet.
        await Until.TrueAsync(() => IsSetBack(one));
        var underWay = await AskAheadAndHoldAsync(two, "late");
        await Until.TrueAsync(() => IsSetBack(one) && IsSetBack(two));

        foreach (var person in before.Append(underWay.Person))
        {
            Add(person.OpenId!["ou_".Length..], "new");
            await ChangeAsync(one, ResolvingReplica.EndOf(person));
            if (person != underWay.Person) await AssertNotOldAsync(one, person);
        }
        underWay.Arrives.SetResult();
        await underWay.Answer;
        // Two has heard of it all.
        await Until.TrueAsync(() => two.Marks.EndOf(Company.Id(IdType.OpenId, before[^1].OpenId!)) > DateTimeOffset.MinValue);
        await using var three = await StartAsync(server);
        var (all, replicas) = (before.Append(underWay.Person).ToList(), (ResolvingReplica[])[one, two, three]);
        await Until.TrueAsync(async () =>
        {
            foreach (var replica in replicas)
            {
                foreach (var person in all) await AssertNotOldAsync(replica, person);
            }
            return !replicas.Any(IsSetBack);
        });
        foreach (var replica in replicas)
        {
            foreach (var person in all) await Until.TrueAsync(async () => (await ConvertAsync(replica, person)).Outcome.Value?.UserId == New(person));
        }
    }

    private static bool IsSetBack(ResolvingReplica replica) => replica.Clock.Overshot > DateTimeOffset.MinValue;

    private static string New(Person person) => $"{person.OpenId}-new";

    private static void SetAhead(params ResolvingReplica[] replicas)
    {
        long now = TimeProvider.System.GetTimestamp();
        foreach (var replica in replicas) replica.Clock.Sample(now, now, TimeProvider.System.GetUtcNow() + s_ahead);
    }

    private static async Task<bool> AskedAheadAsync(ResolvingReplica replica, Person person) =>
        Assert.Single(await replica.ConvertAsync(person.OpenId!)).AskedAt > TimeProvider.System.GetUtcNow() + (s_ahead / 2);

    private static async Task<Resolved> ConvertAsync(ResolvingReplica replica, Person person) => Assert.Single(await replica.ConvertAsync(person.OpenId!));

    // Until the clock has caught up, what is asked for seems older than the change, and need not be answered at all.
    private static async Task AssertNotOldAsync(ResolvingReplica replica, Person person)
    {
        var answer = await ConvertAsync(replica, person);
        if (answer.Outcome.Value is { } found) Assert.Equal(New(person), found.UserId);
    }

    private Person Add(string name, string userId) => _company.Add(name, userId: $"ou_{name}-{userId}");

    /// <summary>Asks for a person while the clock is ahead; the answer stays on its way.</summary>
    private async Task<(Person Person, Task Answer, TaskCompletionSource Arrives)> AskAheadAndHoldAsync(ResolvingReplica replica, string name)
    {
        var person = Add(name, "old");
        var arrives = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        long asked = _company.Asked;
        _company.Road = arrives.Task;
        SetAhead(replica);
        var answer = replica.ConvertAsync(person.OpenId!);
        await Until.TrueAsync(() => _company.Asked > asked);
        _company.Road = Task.CompletedTask;
        return (person, answer, arrives);
    }

    // As the service does, and without a wait for the clock to pass the change.
    private static async Task ChangeAsync(ResolvingReplica replica, Ends ends)
    {
        replica.Marks.Apply(ends, replica.Marks.Now);
        replica.Marks.Apply(ends, await replica.Bus.PublishAsync(ResolvingReplica.NewChange(ends), Cancellation));
    }

    private Task<ResolvingReplica> StartAsync(RedisServer server) => ResolvingReplica.StartAsync(
        new() { Configuration = server.ConnectionString, Timeout = TimeSpan.FromSeconds(1) }, _company);
}
