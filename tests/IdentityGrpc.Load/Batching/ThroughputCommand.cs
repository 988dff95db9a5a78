using System.CommandLine;
using System.Diagnostics;
using Grpc.Core;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Load.Batching;

/// <summary>A migration: many distinct keys against limits scaled up.</summary>
internal static class ThroughputCommand
{
    private const int KeysPerCall = 1_000, KeysPerUpstreamCall = 50, WarmingPeople = 50_000, MeetingKeys = 60 * KeysPerUpstreamCall;

    public static Command Create()
    {
        var keys = new Option<int>("--keys") { Description = "Distinct e-mails.", DefaultValueFactory = _ => 500_000 };
        var scale = new Option<int>("--scale") { Description = "How often the standard limits of 50 a second and 1,000 a minute.", DefaultValueFactory = _ => 20 };
        var replicas = new Option<int>("--replicas") { Description = "Replicas; several share a Redis.", DefaultValueFactory = _ => 1 };
        var warmUp = new Option<int>("--warm-up") { Description = "Seconds for which each replica is asked by another app first, until its code is compiled; 30, or 25 for each replica where that is more: they share the limit and the processors.", DefaultValueFactory = result => Math.Max(30, 25 * result.GetValue(replicas)) };
        var disturb = new Option<bool>("--disturb") { Description = "One replica is killed after a third of the keys, and Redis restarted, empty, after another." };
        var atOnce = new Option<int>("--at-once") { Description = "Calls of the job under way at once, of 500 to 1,500 keys each; 36, or 30 for each replica that lives to the end where that is more.", DefaultValueFactory = result => Math.Max(36, 30 * (result.GetValue(replicas) - (result.GetValue(disturb) ? 1 : 0))) };
        var young = new Option<int>("--young-mib") { Description = "MiB that the service and the sandbox allocate between collections of young objects, with the other settings for migrations (docs/configuration.md); 0: their defaults.", DefaultValueFactory = _ => 127 };
        var command = new Command("throughput", "Time that many keys take against the limit's own bound.") { keys, scale, replicas, warmUp, disturb, atOnce, young };
        command.Validators.Add(result =>
        {
            if (result.GetValue(disturb) && result.GetValue(replicas) < 2) result.AddError("--disturb needs --replicas 2 or more.");
        });
        command.SetAction((parse, cancellation) => RunAsync(parse.GetValue(keys), parse.GetValue(scale), parse.GetValue(replicas), TimeSpan.FromSeconds(parse.GetValue(warmUp)), parse.GetValue(disturb), parse.GetValue(atOnce), parse.GetValue(young), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(int keys, int scale, int replicas, TimeSpan warmUp, bool disturb, int atOnce, int youngMiB, CancellationToken cancellation)
    {
        await using var redis = replicas > 1 ? await RedisServer.StartNewAsync(cancellation) : null;
        await using var bed = await LoadBed.StartAsync((keys + WarmingPeople) / 3 * 4, 50 * scale, 1_000 * scale, replicas, redis?.ConnectionString, youngMiB, cancellation);
        var people = await bed.People.ReadAsync(keys + WarmingPeople, cancellation);
        var warming = people[keys..];
        people.RemoveRange(keys, WarmingPeople);
        CallInvoker[] invokers = [.. Enumerable.Range(0, replicas).Select(bed.Invoker)];
        await Task.WhenAll(invokers.Select(invoker => WarmAsync(invoker, warming, atOnce, warmUp, cancellation)));
        await Task.WhenAll(invokers.Select((invoker, i) => MeetAsync(invoker, warming.Skip(i * MeetingKeys), cancellation)));
        await bed.ForgetCallsAsync(cancellation);

        var job = new KeyJob(invokers, atOnce, Parts(people, replicas).Select(Chunks), disturb ? DisturbAsync : null);
        GC.TryStartNoGCRegion(256 << 20); // a pause of this program would be one of the job
        var (servers, simulator, own) = (bed.Servers.Select(s => s.Process.ProcessorTime).ToList(), bed.Sandbox.Process.ProcessorTime, Environment.CpuUsage.TotalTime);
        var clock = Stopwatch.StartNew();
        await job.RunAsync(cancellation);
        double seconds = clock.Elapsed.TotalSeconds;
        own = Environment.CpuUsage.TotalTime - own;

        var (calls, carried, throttled) = await bed.CallsAsync("users/batch_get_id", cancellation);
        double bound = (Math.Ceiling((double)keys / KeysPerUpstreamCall) - 50 * scale) / (50 * scale);
        var figures = new Figures($"Throughput: {keys:N0} distinct e-mails, limits × {scale}, {replicas} replica(s){(disturb ? ", one killed, Redis restarted" : "")}");
        figures.Add("upstream calls", Figures.Number(calls));
        figures.Add("keys per call", Figures.Number((double)carried / calls));
        figures.Add("throttled (429)", throttled, 0);
        figures.Add("wrong or lost answers", job.CountMissed(), 0);
        if (disturb) figures.Add("calls that ended with a replica and were sent again", Figures.Number(job.Repeated));
        if (disturb) figures.Add("seconds", Figures.Number(seconds));
        else figures.Add("seconds", seconds, 1.05 * bound, " s");
        figures.Add("keys per second", Figures.Number(keys / seconds));
        if (!disturb) figures.Add("processor of the service, µs a key", Figures.Number(bed.Servers.Select((s, i) => s.Process.ProcessorTime - servers[i]).Sum(t => t.TotalMicroseconds) / keys));
        figures.Add("processor of the sandbox, µs a key", Figures.Number((bed.Sandbox.Process.ProcessorTime - simulator).TotalMicroseconds / keys));
        figures.Add("processor of this program, µs a key", Figures.Number(own.TotalMicroseconds / keys));
        return figures.Print();

        async Task DisturbAsync(int third)
        {
            if (third == 1) await bed.Servers[0].KillAsync(cancellation);
            else await redis!.RestartAsync(cancellation);
        }
    }

    // Of as many full calls of the platform as there are, each replica's by turns.
    private static IEnumerable<List<KnownPerson>> Parts(List<KnownPerson> people, int replicas) =>
        Enumerable.Range(0, replicas).Select(replica => people.Where((_, i) => i / KeysPerUpstreamCall % replicas == replica).ToList());

    // Calls of the same size that begin together also end together, and leave nothing waiting for a moment.
    private static IEnumerable<KeyChunk> Chunks(List<KnownPerson> people)
    {
        for (int from = 0, i = 0, size; from < people.Count; from += size, i++)
        {
            size = Math.Min(KeysPerCall / 2 + KeysPerUpstreamCall * (i % (KeysPerCall / KeysPerUpstreamCall + 1)), people.Count - from);
            yield return new(people.GetRange(from, size));
        }
    }

    // By another app, whose budget and answers are its own, and for other people; each answer anew.
    private static async Task WarmAsync(CallInvoker replica, List<KnownPerson> people, int atOnce, TimeSpan duration, CancellationToken cancellation)
    {
        KeyChunk[] chunks = [.. people.Chunk(KeysPerCall).Select(some => new KeyChunk(some, "sibling", anew: true))];
        var clock = Stopwatch.StartNew();
        int calls = 0;
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(async () =>
        {
            while (clock.Elapsed < duration) await chunks[Interlocked.Increment(ref calls) % chunks.Length].AskAsync(replica, cancellation);
        }, cancellation)));
    }

    // The app's own first calls tell the service how long the platform's take; a second later they count no more.
    private static async Task MeetAsync(CallInvoker replica, IEnumerable<KnownPerson> people, CancellationToken cancellation)
    {
        foreach (var some in people.Take(MeetingKeys).Chunk(KeysPerUpstreamCall))
        {
            await new KeyChunk(some).AskAsync(replica, cancellation);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellation);
        }
        await Task.Delay(TimeSpan.FromSeconds(1.1), TimeProvider.System, cancellation);
    }
}
