using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using Grpc.Core;
using IdentityGrpc.V1;

namespace IdentityGrpc.Load.Batching;

/// <summary>A migration: many distinct keys against limits scaled up.</summary>
internal static class ThroughputCommand
{
    private const int KeysPerCall = 5_000, KeysPerUpstreamCall = 50;

    public static Command Create()
    {
        var keys = new Option<int>("--keys") { Description = "Distinct e-mails.", DefaultValueFactory = _ => 500_000 };
        var scale = new Option<int>("--scale") { Description = "How often the standard limits of 50 a second and 1,000 a minute.", DefaultValueFactory = _ => 20 };
        var command = new Command("throughput", "Time that many keys take against the limit's own bound.") { keys, scale };
        command.SetAction((parse, cancellation) => RunAsync(parse.GetValue(keys), parse.GetValue(scale), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(int keys, int scale, CancellationToken cancellation)
    {
        await using var bed = await LoadBed.StartAsync(keys / 3 * 4, 50 * scale, 1_000 * scale, cancellationToken: cancellation);
        var people = await bed.People.ReadAsync(keys, cancellation);
        var client = bed.Client();
        // Code is compiled, tokens are there; without a key of the measured ones.
        await client.ConvertIdAsync(new() { App = "default", Ids = { people[0].OpenId } }, cancellationToken: cancellation);
        await bed.ForgetCallsAsync(cancellation);

        var chunks = new ConcurrentQueue<KnownPerson[]>(people.Chunk(KeysPerCall));
        int wrong = 0;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(WorkAsync, cancellation)));
        double seconds = clock.Elapsed.TotalSeconds;

        var (calls, carried, throttled) = await bed.CallsAsync("users/batch_get_id", cancellation);
        double bound = (Math.Ceiling((double)keys / KeysPerUpstreamCall) - 50 * scale) / (50 * scale);
        var figures = new Figures($"Throughput: {keys:N0} distinct e-mails, limits × {scale}");
        figures.Add("upstream calls", Figures.Number(calls));
        figures.Add("keys per call", Figures.Number((double)carried / calls));
        figures.Add("throttled (429)", throttled, 0);
        figures.Add("wrong or lost answers", wrong, 0);
        figures.Add("seconds", seconds, 1.05 * bound, " s");
        figures.Add("keys per second", Figures.Number(keys / seconds));
        return figures.Print();

        async Task WorkAsync()
        {
            while (chunks.TryDequeue(out var chunk))
            {
                var answer = await client.ResolveByContactAsync(Request(chunk), new Metadata { { "x-identity-priority", "bulk" } }, cancellationToken: cancellation);
                int found = answer.Resolutions.Where((r, i) => r.Identity?.OpenId == chunk[i].OpenId).Count();
                Interlocked.Add(ref wrong, chunk.Length - found);
            }
        }
    }

    private static ResolveByContactRequest Request(KnownPerson[] people)
    {
        var request = new ResolveByContactRequest { App = "default", IdTypes = { IdType.OpenId } };
        request.Contacts.AddRange(people.Select(p => new Contact { Email = p.Email }));
        return request;
    }
}
