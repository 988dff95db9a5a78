using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using IdentityGrpc.Testing;
using IdentityGrpc.Testing.Server;
using IdentityGrpc.V1;

namespace IdentityGrpc.Chaos.RedisFaults;

/// <summary>What callers got while a Redis was ill.</summary>
/// <param name="Fault">Of what.</param>
/// <param name="Answered">Keys answered rightly.</param>
/// <param name="Asked">Keys asked.</param>
/// <param name="Before">Times of calls before, in ms, in order.</param>
/// <param name="During">The same while it lasted.</param>
/// <param name="Healed">How long after its end the shared cache was read again; null: not within the time.</param>
/// <param name="Troubles">What was said instead of an answer, and how often.</param>
internal sealed record RedisTrialResult(string Fault, long Answered, long Asked, double[] Before, double[] During, TimeSpan? Healed, IReadOnlyDictionary<string, int> Troubles)
{
    public bool Holds => Answered == Asked && Healed is not null;

    public static double Percentile(double[] sorted, double share) => sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
}

/// <summary>
/// Two replicas with a Redis, of which every lookup goes through it: answers are to be younger than a moment, so memory has none, and Redis
/// those that the other replica has just shared. Then the Redis falls ill, and is mended.
/// </summary>
internal static class RedisTrial
{
    private const int Askers = 8, Keys = 20;
    // Until both replicas hold their shares of the budget (docs/budget.md).
    private static readonly TimeSpan s_settled = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan s_healthy = TimeSpan.FromSeconds(2), s_ill = TimeSpan.FromSeconds(4), s_patience = TimeSpan.FromSeconds(30), s_young = TimeSpan.FromMilliseconds(30);

    public static async Task<RedisTrialResult> RunAsync(Bed bed, RedisFault fault, CancellationToken cancellation)
    {
        await using var redis = await RedisBed.StartAsync(cancellation);
        if (fault.AtStart) await fault.Break(redis);
        string[] settings = [$"Redis:Configuration=127.0.0.1:{redis.Proxy.Port}", "Batching:RememberAnswersFor=00:00:00"];
        await using var one = await bed.ServeAsync(settings);
        await using var two = await bed.ServeAsync(settings);
        RunningServer[] replicas = [one, two];

        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var load = new Load(bed, replicas, end.Token);
        load.Begin();
        if (!fault.AtStart) await load.HealAsync(s_patience);
        await Task.Delay(s_settled, TimeProvider.System, cancellation);
        load.TakeTimes();
        await Task.Delay(s_healthy, TimeProvider.System, cancellation);
        double[] before = load.TakeTimes();
        if (!fault.AtStart) await fault.Break(redis);
        await Task.Delay(s_ill, TimeProvider.System, cancellation);
        double[] during = load.TakeTimes();
        await fault.Mend(redis);
        var healed = await load.HealAsync(s_patience);
        await end.CancelAsync();
        await load.EndAsync();
        // Without a healthy time of its own, the others' is what it is compared with.
        return new(fault.Name, load.Answered, load.Asked, fault.AtStart ? [] : before, during, healed, load.Troubles);
    }

    /// <summary>Callers that ask without a pause to speak of.</summary>
    private sealed class Load(Bed bed, RunningServer[] replicas, CancellationToken end)
    {
        private readonly TrueUser[] _staff = [.. bed.People.Staff];
        private readonly ConcurrentDictionary<string, int> _troubles = new();
        private ConcurrentBag<double> _times = [];
        private Task[] _asking = [];
        private long _answered, _asked, _shared;

        public long Answered => Interlocked.Read(ref _answered);

        public long Asked => Interlocked.Read(ref _asked);

        public IReadOnlyDictionary<string, int> Troubles => _troubles;

        public void Begin() => _asking = [.. Enumerable.Range(0, Askers).Select(i => Task.Run(() => AskAsync(i), CancellationToken.None))];

        public Task EndAsync() => Task.WhenAll(_asking);

        public double[] TakeTimes() => [.. Interlocked.Exchange(ref _times, []).Order()];

        /// <summary>Waits until an answer comes from Redis.</summary>
        public async Task<TimeSpan?> HealAsync(TimeSpan patience)
        {
            long start = TimeProvider.System.GetTimestamp();
            long seen = Interlocked.Read(ref _shared);
            while (TimeProvider.System.GetElapsedTime(start) < patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
                if (Interlocked.Read(ref _shared) > seen) return TimeProvider.System.GetElapsedTime(start);
            }
            return null;
        }

        private async Task AskAsync(int asker)
        {
            var random = new Random(asker);
            for (int i = asker; !end.IsCancellationRequested; i++) await AskOnceAsync(i, random);
        }

        private async Task AskOnceAsync(int turn, Random random)
        {
            var people = random.GetItems(_staff, Keys);
            var request = new ConvertIdRequest { App = Bed.App, Freshness = new() { MaxAge = Duration.FromTimeSpan(s_young) } };
            request.Ids.AddRange(people.Select(p => p.OpenIds[Bed.App]));
            Interlocked.Add(ref _asked, Keys);
            long start = TimeProvider.System.GetTimestamp();
            try
            {
                var answer = await replicas[turn % replicas.Length].Identity.ConvertIdAsync(request, deadline: TimeProvider.System.GetUtcNow().UtcDateTime + Bed.Patience);
                _times.Add(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
                for (int i = 0; i < Keys; i++)
                {
                    if (answer.Conversions[i].Unresolved is { } unresolved) _troubles.AddOrUpdate($"{unresolved.Reason}: {unresolved.Message}", 1, static (_, n) => n + 1);
                    if (answer.Conversions[i].Identity?.Equals(bed.People.IdentityOf(people[i])) == true) Interlocked.Increment(ref _answered);
                    if (answer.Conversions[i].Provenance?.Source == Source.SharedCache) Interlocked.Increment(ref _shared);
                }
            }
            catch (RpcException refused)
            {
                _troubles.AddOrUpdate(refused.Status.ToString(), 1, static (_, n) => n + 1);
                // It counts as not answered.
            }
        }
    }
}
