using IdentityGrpc.Chaos.Faults;
using IdentityGrpc.Testing.Server;

namespace IdentityGrpc.Chaos.Crowds;

/// <summary>50 callers of all three RPCs at once, whose service holds a token that the platform no longer takes.</summary>
internal static class TokenCrowd
{
    private const int Callers = 50;

    public static async Task<CrowdResult> RunAsync(Bed bed, CancellationToken cancellation)
    {
        await bed.ResetAsync(namesIdsOfOtherApps: false, cancellation);
        await using var server = await bed.ServeAsync();
        var convert = new ConvertProbe();
        var first = await convert.AskAsync(server, bed.People, default, cancellation);
        if (!first.IsComplete) throw new InvalidOperationException($"The service does not work even without faults: {first}");
        await bed.EndTokensAsync(cancellation);
        await bed.ForgetCallsAsync(cancellation);

        var received = await Task.WhenAll(Enumerable.Range(0, Callers).Select(i => AskAsync(bed, server, i, cancellation)));

        return new(Callers, received.Count(r => r.IsComplete), await bed.CallsAsync(cancellation));
    }

    private static Task<Received> AskAsync(Bed bed, RunningServer server, int caller, CancellationToken cancellation) => (caller % 3) switch
    {
        0 => new ResolveProbe().AskAsync(server, bed.People, default, cancellation),
        1 => new ConvertProbe().AskAsync(server, bed.People, default, cancellation),
        _ => MembersProbe.WalkOneAsync(server, bed.People, bed.People.Departments[caller % bed.People.Departments.Count], cancellation),
    };
}

/// <summary>What a crowd cost.</summary>
/// <param name="Callers">Its size.</param>
/// <param name="Right">How many were answered rightly and completely.</param>
/// <param name="Calls">Upstream calls.</param>
internal sealed record CrowdResult(int Callers, int Right, Calls Calls)
{
    /// <summary>Whether everybody was answered at the price of one token.</summary>
    public bool Holds => Right == Callers && Calls.Tokens == 1;
}
