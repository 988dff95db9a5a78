using System.CommandLine;
using System.Diagnostics;
using IdentityGrpc.V1;

namespace IdentityGrpc.Load.Batching;

/// <summary>Callers that ask key by key at the same moment: how many upstream calls they cost.</summary>
internal static class PackingCommand
{
    private const string Api = "users/batch_get_id";

    public static Command Create()
    {
        var callers = new Option<int>("--callers") { Description = "Concurrent unary calls of one key each.", DefaultValueFactory = _ => 10_000 };
        var latency = new Option<int>("--latency") { Description = "What an upstream call takes, in milliseconds.", DefaultValueFactory = _ => 100 };
        var command = new Command("packing", "Upstream calls that concurrent single-key lookups cost.") { callers, latency };
        command.SetAction((parse, cancellation) => RunAsync(parse.GetValue(callers), parse.GetValue(latency), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(int callers, int latency, CancellationToken cancellation)
    {
        await using var bed = await LoadBed.StartAsync(5 * callers, 50, 1_000, cancellationToken: cancellation);
        var people = await bed.People.ReadAsync(3 * callers + 200, cancellation);
        var reachable = people.Skip(callers + 200).Where(p => p.Mobile is { Length: > 0 });
        var client = bed.Client();
        var few = people.Skip(callers).Take(50).ToArray();
        await AskAsync(client, [.. Enumerable.Range(0, 5_000).Select(i => few[i % few.Length])], _ => false, cancellation); // code is compiled, connections stand
        await bed.SlowDownAsync(latency, cancellation);
        var figures = new Figures($"Packing: unary lookups of one key each, arriving together, upstream {latency} ms");

        await MeasureAsync("e-mails, distinct", [.. people.Take(callers)], _ => false, 1.05 * Math.Ceiling(callers / 50d) + 2);
        await MeasureAsync("half e-mails, half mobiles", [.. reachable.Take(callers)], i => i % 2 == 1, 1.05 * Math.Ceiling(callers / 100d) + 2);
        var hundred = people.Skip(callers + 50).Take(100).ToArray();
        await MeasureAsync("100 distinct keys, twice the callers", [.. Enumerable.Range(0, 2 * callers).Select(i => hundred[i % 100])], _ => false, 3);
        return figures.Print();

        async Task MeasureAsync(string name, KnownPerson[] asked, Func<int, bool> byMobile, double bound)
        {
            await bed.ForgetCallsAsync(cancellation);
            var clock = Stopwatch.StartNew();
            await AskAsync(client, asked, byMobile, cancellation);
            var (calls, keys, throttled) = await bed.CallsAsync(Api, cancellation);
            figures.Add($"{name}: callers", Figures.Number(asked.Length));
            figures.Add($"{name}: upstream calls", calls, bound);
            figures.Add($"{name}: keys per call", Figures.Number((double)keys / calls));
            figures.Add($"{name}: throttled", throttled, 0);
            figures.Add($"{name}: seconds", Figures.Number(clock.Elapsed.TotalSeconds));
        }
    }

    private static async Task AskAsync(IdentityService.IdentityServiceClient client, KnownPerson[] people, Func<int, bool> byMobile, CancellationToken cancellation)
    {
        await Task.WhenAll(people.Select(async (person, i) =>
        {
            var contact = byMobile(i) ? new Contact { Mobile = person.Mobile } : new Contact { Email = person.Email };
            var answer = await client.ResolveByContactAsync(new() { App = "default", Contacts = { contact }, IdTypes = { IdType.OpenId } }, cancellationToken: cancellation);
            if (answer.Resolutions[0].Identity?.OpenId != person.OpenId) throw new InvalidOperationException($"A wrong answer: {answer.Resolutions[0]}");
        }));
    }
}
