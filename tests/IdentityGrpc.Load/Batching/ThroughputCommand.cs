using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using Grpc.Core;
using IdentityGrpc.Testing;
using IdentityGrpc.V1;

namespace IdentityGrpc.Load.Batching;

/// <summary>A migration: many distinct keys against limits scaled up, through one replica or several that share Redis.</summary>
internal static class ThroughputCommand
{
    private const int KeysPerCall = 5_000, KeysPerUpstreamCall = 50;

    public static Command Create()
    {
        var keys = new Option<int>("--keys") { Description = "Distinct e-mails.", DefaultValueFactory = _ => 500_000 };
        var scale = new Option<int>("--scale") { Description = "How often the standard limits of 50 a second and 1,000 a minute.", DefaultValueFactory = _ => 20 };
        var replicas = new Option<int>("--replicas") { Description = "Replicas of the service; several share a Redis.", DefaultValueFactory = _ => 1 };
        var disturb = new Option<bool>("--disturb") { Description = "In the middle, kill one replica (its calls go to another) and restart Redis." };
        var command = new Command("throughput", "Time that many keys take against the limit's own bound.") { keys, scale, replicas, disturb };
        command.SetAction((parse, cancellation) => RunAsync(parse.GetValue(keys), parse.GetValue(scale), parse.GetValue(replicas), parse.GetValue(disturb), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(int keys, int scale, int replicas, bool disturb, CancellationToken cancellation)
    {
        await using var redis = replicas > 1 ? await RedisServer.StartNewAsync(cancellationToken: cancellation) : null;
        await using var bed = await LoadBed.StartAsync(keys / 3 * 4, 50 * scale, 1_000 * scale, replicas, redis?.ConnectionString, cancellation);
        var people = await bed.People.ReadAsync(keys, cancellation);
        var clients = Enumerable.Range(0, replicas).Select(bed.Client).ToArray();
        // Code is compiled, tokens are there; without a key of the measured ones.
        foreach (var client in clients) await client.ConvertIdAsync(new() { App = "default", Ids = { people[0].OpenId } }, cancellationToken: cancellation);
        await bed.ForgetCallsAsync(cancellation);

        var chunks = new ConcurrentQueue<KnownPerson[]>(people.Chunk(KeysPerCall));
        int wrong = 0, left = chunks.Count;
        var disturbed = disturb ? DisturbAsync() : Task.CompletedTask;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, 4 * replicas).Select(i => Task.Run(() => WorkAsync(i % replicas), cancellation)));
        double seconds = clock.Elapsed.TotalSeconds;
        await disturbed;

        var (calls, carried, throttled) = await bed.CallsAsync("users/batch_get_id", cancellation);
        double bound = (Math.Ceiling((double)keys / KeysPerUpstreamCall) - 50 * scale) / (50 * scale);
        var figures = new Figures($"Throughput: {keys:N0} distinct e-mails, limits × {scale}, {replicas} replica(s){(disturb ? ", disturbed" : "")}");
        figures.Add("upstream calls", Figures.Number(calls));
        figures.Add("keys per call", Figures.Number((double)carried / calls));
        figures.Add("throttled (429)", throttled, 0);
        figures.Add("wrong or lost answers", wrong, 0);
        if (disturb) figures.Add("seconds", Figures.Number(seconds));
        else figures.Add("seconds", seconds, 1.05 * bound, " s");
        figures.Add("keys per second", Figures.Number(keys / seconds));
        return figures.Print();

        async Task WorkAsync(int replica)
        {
            var client = clients[replica];
            while (chunks.TryDequeue(out var chunk))
            {
                try
                {
                    var answer = await client.ResolveByContactAsync(Request(chunk), new Metadata { { "x-identity-priority", "bulk" } }, cancellationToken: cancellation);
                    int found = answer.Resolutions.Where((r, i) => r.Identity?.OpenId == chunk[i].OpenId).Count();
                    Interlocked.Add(ref wrong, chunk.Length - found);
                    Interlocked.Decrement(ref left);
                }
                catch (RpcException e) when (disturb && e.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled)
                {
                    chunks.Enqueue(chunk);
                    client = clients[(replica + 1) % replicas];
                }
            }
        }

        async Task DisturbAsync()
        {
            while (Volatile.Read(ref left) > people.Count / KeysPerCall / 2) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellation);
            if (replicas > 1) await bed.Servers[^1].Process.DisposeAsync();
            if (redis is not null) await redis.RestartAsync(cancellation);
        }
    }

    private static ResolveByContactRequest Request(KnownPerson[] people)
    {
        var request = new ResolveByContactRequest { App = "default", IdTypes = { IdType.OpenId } };
        request.Contacts.AddRange(people.Select(p => new Contact { Email = p.Email }));
        return request;
    }
}
