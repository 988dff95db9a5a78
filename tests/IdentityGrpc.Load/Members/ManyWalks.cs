using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using IdentityGrpc.Testing;
using IdentityGrpc.V1;

namespace IdentityGrpc.Load.Members;

/// <summary>
/// Many walks side by side for a while, beside interactive lookups that nobody has cached: what share each walk got, and
/// how long lookups took, and how soon all ends. Every call of the platform takes as long as a real one's.
/// </summary>
internal sealed class ManyWalks(Uri service, SandboxTruth control, int perSecond, TimeProvider time, TextWriter output)
{
    private const int LatencyMs = 50, Uneven = 2 * 50, MaxMsUntilQuiet = 100;
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(5), s_duration = TimeSpan.FromSeconds(20), s_quiet = TimeSpan.FromSeconds(1);

    private volatile bool _isOver;

    /// <summary>Runs them.</summary>
    /// <returns>Whether shares were even to within two pages, lookups within a call's interval and the upstream's time, and the end soon.</returns>
    public async Task<bool> RunAsync(int streams, CancellationToken cancellation)
    {
        using var channel = GrpcChannel.ForAddress(service);
        using var cut = GrpcChannel.ForAddress(service);
        IdentityService.IdentityServiceClient client = new(channel), cutClient = new(cut);
        await control.SendAsync(HttpMethod.Put, "faults", new { kind = "latency", latency_ms = LatencyMs }, cancellation);
        await LookUpAsync(client, s_warmUp, cancellation); // code is compiled
        double alone = At(await LookUpAsync(client, s_warmUp, cancellation), 0.5);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        long[] received = new long[streams];
        var walks = Enumerable.Range(0, streams).Select(i => WalkAsync(i % 2 == 0 ? client : cutClient, i, received, end.Token)).ToArray();
        double[] beside = await LookUpAsync(client, s_duration, cancellation);
        _isOver = true;
        cut.Dispose();
        await end.CancelAsync();
        double quiet = await UntilQuietAsync(cancellation);
        await Task.WhenAll(walks);
        await control.SendAsync(HttpMethod.Delete, "faults", cancellationToken: cancellation);
        Array.Sort(received);
        double bound = (1_000.0 / perSecond) + (1.2 * alone);
        long median = received[streams / 2];
        Say($"shares           {streams} walks for {s_duration.TotalSeconds:F0} s: {received[0]:N0} members the least, {median:N0} the median, {received[^1]:N0} the most");
        Say($"lookups beside   p50 {At(beside, 0.5):F1} ms, p99 {At(beside, 0.99):F1} ms of {beside.Length} (at most {bound:F1} ms); alone p50 {alone:F1} ms");
        Say($"ended            the platform is asked for nothing more {quiet:F0} ms after half of them were cancelled and half cut off (at most {MaxMsUntilQuiet} ms)");
        return received[0] >= median - Uneven && received[^1] <= median + Uneven && median > 0 && At(beside, 0.99) <= bound && quiet <= MaxMsUntilQuiet;
    }

    /// <summary>How long, in milliseconds from now, calls of the platform go on.</summary>
    private async Task<double> UntilQuietAsync(CancellationToken cancellation)
    {
        long started = time.GetTimestamp(), calls = -1;
        var last = TimeSpan.Zero;
        for (var now = TimeSpan.Zero; now - last < s_quiet; now = time.GetElapsedTime(started))
        {
            long counted = (await control.CallsAsync(cancellation)).Sum(c => c.Calls);
            if (counted == calls) continue;
            (calls, last) = (counted, now);
        }
        return last.TotalMilliseconds;
    }

    private async Task WalkAsync(IdentityService.IdentityServiceClient client, int walk, long[] received, CancellationToken cancellation)
    {
        try
        {
            using var call = client.StreamDepartmentMembers(new() { App = "default", DepartmentId = "0", Recursive = true, IdTypes = { IdType.OpenId } }, cancellationToken: cancellation);
            await foreach (var message in call.ResponseStream.ReadAllAsync(cancellation)) received[walk] += message.Members.Count;
        }
        catch (OperationCanceledException)
        {
            // Counted long enough.
        }
        catch (RpcException) when (_isOver)
        {
            // The same, told by the call.
        }
    }

    private async Task<double[]> LookUpAsync(IdentityService.IdentityServiceClient client, TimeSpan duration, CancellationToken cancellation)
    {
        var times = new List<double>();
        long started = time.GetTimestamp();
        while (time.GetElapsedTime(started) < duration)
        {
            long asked = time.GetTimestamp();
            await client.ResolveByContactAsync(new() { App = "default", Contacts = { new Contact { Email = string.Create(CultureInfo.InvariantCulture, $"nobody{asked}@sandbox.example") } } }, cancellationToken: cancellation);
            times.Add(time.GetElapsedTime(asked).TotalMilliseconds);
        }
        return [.. times.Order()];
    }

    private void Say(FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static double At(double[] sorted, double share) => sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
}
