using IdentityGrpc.Chaos.Faults;

namespace IdentityGrpc.Chaos.Crowds;

/// <summary>50 batches, each with one wrong id at another place: what finding it costs (U1).</summary>
internal static class PoisonedBatches
{
    /// <param name="bed">The sandbox.</param>
    /// <param name="ofAnotherApp">Whether the id is another app's (99992361), and not nobody's (99992351, which names it).</param>
    /// <param name="named">Whether the platform names ids of other apps.</param>
    /// <param name="most">The most calls that a batch may cost.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<PoisonResult> RunAsync(Bed bed, bool ofAnotherApp, bool named, long most, CancellationToken cancellation)
    {
        await bed.ResetAsync(named, cancellation);
        await using var server = await bed.ServeAsync();
        var calls = new List<long>();
        int right = 0;
        for (int place = 0; place < People.Keys; place++)
        {
            await bed.ForgetCallsAsync(cancellation);
            var received = await ConvertProbe.AskAsync(server, bed.People.OpenIdsWithOneWrong(place, ofAnotherApp), cancellation);
            if (received.IsComplete && received.Refused.Values.Sum() == 1) right++;
            calls.Add((await bed.CallsAsync(cancellation)).Data);
        }
        string id = !ofAnotherApp ? "unknown, named" : named ? "of another app, named" : "of another app, not named";
        return new(id, calls.Count, right, calls.Min(), calls.Average(), calls.Max(), most);
    }
}

/// <summary>What poisoned batches cost.</summary>
internal sealed record PoisonResult(string Id, int Batches, int Right, long Least, double Mean, long Greatest, long Most)
{
    /// <summary>Whether every batch was answered rightly within its price.</summary>
    public bool Holds => Right == Batches && Greatest <= Most;
}
