using System.CommandLine;
using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using IdentityGrpc.V1;

namespace IdentityGrpc.Load.Batching;

/// <summary>One caller on an idle service: what the service adds to the upstream's own time.</summary>
internal static class LoneCallerCommand
{
    public static Command Create()
    {
        var calls = new Option<int>("--calls") { Description = "Calls, one after the other.", DefaultValueFactory = _ => 2_000 };
        var command = new Command("lone", "Latency of a lone caller against the upstream's own.") { calls };
        command.SetAction((parse, cancellation) => RunAsync(parse.GetValue(calls), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(int calls, CancellationToken cancellation)
    {
        await using var bed = await LoadBed.StartAsync(2_000, 10_000, 600_000, cancellationToken: cancellation);
        var people = await bed.People.ReadAsync(1_000, cancellation);
        var client = bed.Client();
        using var direct = await DirectCaller.CreateAsync(bed, cancellation);
        var through = new List<double>(calls);
        var upstream = new List<double>(calls);
        for (int i = -calls / 2; i < calls; i++) // the first ones warm both up
        {
            var person = people[(i + calls) % people.Count];
            // Turn by turn, so that a noisy machine is noisy for both.
            double own = await TimeAsync(() => direct.AskAsync(person, cancellation));
            double served = await TimeAsync(async () =>
            {
                var answer = await client.ResolveByContactAsync(new()
                {
                    App = "default",
                    Contacts = { new Contact { Email = person.Email } },
                    IdTypes = { IdType.OpenId },
                    Freshness = new() { MaxAge = new Duration() },
                }, cancellationToken: cancellation);
                if (answer.Resolutions[0].Identity?.OpenId != person.OpenId) throw new InvalidOperationException("A wrong answer.");
            });
            if (i < 0) continue;
            upstream.Add(own);
            through.Add(served);
        }
        var figures = new Figures("A lone caller on an idle service, max_age 0: medians");
        figures.Add("straight to the upstream, ms", Figures.Number(Figures.Percentile(upstream, 0.5)));
        figures.Add("through the service, ms", Figures.Number(Figures.Percentile(through, 0.5)));
        figures.Add("added by the service", Figures.Percentile(through, 0.5) - Figures.Percentile(upstream, 0.5), 1, " ms");
        return figures.Print();
    }

    private static async Task<double> TimeAsync(Func<Task> call)
    {
        long start = Stopwatch.GetTimestamp();
        await call();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
