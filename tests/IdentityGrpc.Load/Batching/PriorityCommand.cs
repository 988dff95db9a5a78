using System.CommandLine;
using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using IdentityGrpc.V1;

namespace IdentityGrpc.Load.Batching;

/// <summary>Interactive lookups while a bulk job wants the whole budget.</summary>
internal static class PriorityCommand
{
    public static Command Create()
    {
        var keys = new Option<int>("--bulk-keys") { Description = "Keys of the bulk job.", DefaultValueFactory = _ => 100_000 };
        var latency = new Option<int>("--latency") { Description = "What an upstream call takes, in milliseconds.", DefaultValueFactory = _ => 50 };
        var command = new Command("priority", "Latency of interactive lookups while a bulk job saturates the budget.") { keys, latency };
        command.SetAction((parse, cancellation) => RunAsync(parse.GetValue(keys), parse.GetValue(latency), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(int keys, int latency, CancellationToken cancellation)
    {
        const int PerSecond = 100, Lookups = 200;
        await using var bed = await LoadBed.StartAsync(keys / 3 * 4 + 10_000, PerSecond, 60 * PerSecond, cancellationToken: cancellation);
        var people = await bed.People.ReadAsync(keys + 1_000, cancellation);
        var (bulk, interactive) = (bed.Client(), bed.Client());
        await AskAsync(interactive, people[^1], cancellation);
        await bed.SlowDownAsync(latency, cancellation);
        double alone = Figures.Percentile(await SeriesAsync(30), 0.5);
        // 40,000 keys wait at a time: Batching:QueueLimitPerCaller is 50,000.
        var atOnce = new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellation };
        var job = Parallel.ForEachAsync(people.Take(keys).Chunk(5_000), atOnce, async (chunk, stop) =>
        {
            var request = new ResolveByContactRequest { App = "default", IdTypes = { IdType.OpenId } };
            request.Contacts.AddRange(chunk.Select(p => new Contact { Email = p.Email }));
            var answer = await bulk.ResolveByContactAsync(request, new Metadata { { "x-identity-priority", "bulk" } }, cancellationToken: stop);
            if (answer.Resolutions.Where((r, i) => r.Identity?.OpenId != chunk[i].OpenId).Any()) throw new InvalidOperationException("A wrong answer.");
        });
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, cancellation); // the job has spent its burst
        var during = await SeriesAsync(Lookups);
        bool isSaturated = !job.IsCompleted;
        await job;
        var (_, _, throttled) = await bed.CallsAsync("users/batch_get_id", cancellation);
        var figures = new Figures($"Interactive lookups beside a bulk job of {keys:N0} keys; {PerSecond} calls a second, upstream {latency} ms");
        figures.Add("median alone, ms", Figures.Number(alone));
        figures.Add("median beside the job, ms", Figures.Number(Figures.Percentile(during, 0.5)));
        figures.Add("p99 beside the job", Figures.Percentile(during, 0.99), 1_000d / PerSecond + 1.2 * alone, " ms");
        figures.Add("job still running at the end of the lookups", isSaturated ? "yes" : "no");
        figures.Add("throttled (429)", throttled, 0);
        return figures.Print();

        async Task<List<double>> SeriesAsync(int count)
        {
            var times = new List<double>();
            for (int i = 0; i < count; i++)
            {
                long start = Stopwatch.GetTimestamp();
                await AskAsync(interactive, people[keys + i], cancellation);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
            return times;
        }
    }

    private static async Task AskAsync(IdentityService.IdentityServiceClient client, KnownPerson person, CancellationToken cancellation)
    {
        var answer = await client.ResolveByContactAsync(new()
        {
            App = "default",
            Contacts = { new Contact { Email = person.Email } },
            IdTypes = { IdType.OpenId },
            Freshness = new() { MaxAge = new Duration() },
        }, cancellationToken: cancellation);
        if (answer.Resolutions[0].Identity?.OpenId != person.OpenId) throw new InvalidOperationException("A wrong answer.");
    }
}
