using System.CommandLine;
using System.Diagnostics;
using IdentityGrpc.Testing;
using IdentityGrpc.V1;

namespace IdentityGrpc.Load.Batching;

/// <summary>A migration: many distinct keys against limits scaled up.</summary>
internal static class ThroughputCommand
{
    private const int KeysPerCall = 5_000, KeysPerUpstreamCall = 50, KeysOfWarming = 150_000;

    public static Command Create()
    {
        var keys = new Option<int>("--keys") { Description = "Distinct e-mails.", DefaultValueFactory = _ => 500_000 };
        var scale = new Option<int>("--scale") { Description = "How often the standard limits of 50 a second and 1,000 a minute.", DefaultValueFactory = _ => 20 };
        var replicas = new Option<int>("--replicas") { Description = "Replicas; several share a Redis.", DefaultValueFactory = _ => 1 };
        var disturb = new Option<bool>("--disturb") { Description = "One replica is killed after a third of the keys, and Redis restarted, empty, after another." };
        var command = new Command("throughput", "Time that many keys take against the limit's own bound.") { keys, scale, replicas, disturb };
        command.Validators.Add(result =>
        {
            if (result.GetValue(disturb) && result.GetValue(replicas) < 2) result.AddError("--disturb needs --replicas 2 or more.");
        });
        command.SetAction((parse, cancellation) => RunAsync(parse.GetValue(keys), parse.GetValue(scale), parse.GetValue(replicas), parse.GetValue(disturb), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(int keys, int scale, int replicas, bool disturb, CancellationToken cancellation)
    {
        await using var redis = replicas > 1 ? await RedisServer.StartNewAsync(cancellation) : null;
        await using var bed = await LoadBed.StartAsync(keys / 3 * 4, 50 * scale, 1_000 * scale, replicas, redis?.ConnectionString, cancellation);
        var people = await bed.People.ReadAsync(keys, cancellation);
        for (int i = 0; i < replicas; i++) await WarmAsync(bed.Client(i), KeysOfWarming / replicas, cancellation);
        // The windows of a second are empty again; what is left of the minute is more than the keys take.
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, cancellation);
        await bed.ForgetCallsAsync(cancellation);

        var job = new KeyJob([.. Enumerable.Range(0, replicas).Select(bed.Client)], people.Chunk(KeysPerCall), disturb ? DisturbAsync : null);
        var clock = Stopwatch.StartNew();
        await job.RunAsync(cancellation);
        double seconds = clock.Elapsed.TotalSeconds;

        var (calls, carried, throttled) = await bed.CallsAsync("users/batch_get_id", cancellation);
        double bound = (Math.Ceiling((double)keys / KeysPerUpstreamCall) - 50 * scale) / (50 * scale);
        var figures = new Figures($"Throughput: {keys:N0} distinct e-mails, limits × {scale}, {replicas} replica(s){(disturb ? ", one killed, Redis restarted" : "")}");
        figures.Add("upstream calls", Figures.Number(calls));
        figures.Add("keys per call", Figures.Number((double)carried / calls));
        figures.Add("throttled (429)", throttled, 0);
        figures.Add("wrong or lost answers", job.Missed, 0);
        if (disturb) figures.Add("calls that ended with a replica and were sent again", Figures.Number(job.Repeated));
        if (disturb) figures.Add("seconds", Figures.Number(seconds));
        else figures.Add("seconds", seconds, 1.05 * bound, " s");
        figures.Add("keys per second", Figures.Number(keys / seconds));
        return figures.Print();

        // Code is compiled and tokens are there, by e-mails that are nobody's.
        static async Task WarmAsync(IdentityService.IdentityServiceClient client, int keys, CancellationToken cancellation)
        {
            for (int from = 0; from < keys; from += KeysPerCall)
            {
                var request = new ResolveByContactRequest { App = "default", IdTypes = { IdType.OpenId } };
                request.Contacts.AddRange(Enumerable.Range(from, KeysPerCall).Select(i => new Contact { Email = $"warming{i}@nobody.test" }));
                await client.ResolveByContactAsync(request, cancellationToken: cancellation);
            }
        }

        async Task DisturbAsync(int third)
        {
            if (third == 1) await bed.Servers[0].KillAsync(cancellation);
            else await redis!.RestartAsync(cancellation);
        }
    }
}
