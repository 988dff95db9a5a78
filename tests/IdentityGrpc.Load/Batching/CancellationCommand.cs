using System.CommandLine;
using Grpc.Core;
using IdentityGrpc.V1;

namespace IdentityGrpc.Load.Batching;

/// <summary>Callers of which half give up at random: what stays behind.</summary>
internal static class CancellationCommand
{
    public static Command Create()
    {
        var callers = new Option<int>("--callers") { Description = "Concurrent calls in a round.", DefaultValueFactory = _ => 5_000 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds.", DefaultValueFactory = _ => 10 };
        var command = new Command("cancellation", "Half of the callers give up at random: memory and answers afterwards.") { callers, rounds };
        command.SetAction((parse, cancellation) => RunAsync(parse.GetValue(callers), parse.GetValue(rounds), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(int callers, int rounds, CancellationToken cancellation)
    {
        await using var bed = await LoadBed.StartAsync(4 * callers, 1_000, 60_000, cancellationToken: cancellation);
        var people = await bed.People.ReadAsync(callers, cancellation);
        await bed.SlowDownAsync(50, cancellation);
        var client = bed.Client();
        var random = new Random(1);
        int answered = 0, cancelled = 0, wrong = 0;
        long before = 0;
        for (int round = 0; round < rounds; round++)
        {
            if (round == 2) before = ResidentKiB(bed); // the caches are full and the code is compiled
            await Task.WhenAll(people.Select(p => (Person: p, GivesUp: random.Next(2) == 0 ? TimeSpan.FromMilliseconds(random.Next(150)) : Timeout.InfiniteTimeSpan))
                .ToList().Select(c => AskAsync(c.Person, c.GivesUp)));
        }
        long after = ResidentKiB(bed);
        var last = await client.ResolveByContactAsync(Request(people), cancellationToken: cancellation);
        wrong += last.Resolutions.Where((r, i) => r.Identity?.OpenId != people[i].OpenId).Count();
        var figures = new Figures($"Cancellation: {rounds} rounds of {callers:N0} callers, half of them giving up within 150 ms");
        figures.Add("answered", Figures.Number(answered));
        figures.Add("cancelled", Figures.Number(cancelled));
        figures.Add("wrong or lost answers", wrong, 0);
        figures.Add("server's memory from the third round to the last, MiB", (after - before) / 1024d, 32);
        return figures.Print();

        async Task AskAsync(KnownPerson person, TimeSpan givesUp)
        {
            using var patience = new CancellationTokenSource(givesUp);
            var request = Request([person]);
            request.Freshness = new() { MaxAge = new() };
            try
            {
                var answer = await client.ResolveByContactAsync(request, cancellationToken: patience.Token);
                Interlocked.Increment(ref answered);
                if (answer.Resolutions[0].Identity?.OpenId != person.OpenId) Interlocked.Increment(ref wrong);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled && patience.IsCancellationRequested)
            {
                Interlocked.Increment(ref cancelled);
            }
        }
    }

    private static ResolveByContactRequest Request(IEnumerable<KnownPerson> people)
    {
        var request = new ResolveByContactRequest { App = "default", IdTypes = { IdType.OpenId } };
        request.Contacts.AddRange(people.Select(p => new Contact { Email = p.Email }));
        return request;
    }

    private static long ResidentKiB(LoadBed bed) => long.Parse(File.ReadLines($"/proc/{bed.Servers[0].Process.Id}/status")
        .First(l => l.StartsWith("VmRSS", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture);
}
