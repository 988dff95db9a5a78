using System.Globalization;
using Grpc.Core;
using IdentityGrpc.V1;

namespace IdentityGrpc.Load.Members;

/// <summary>Many walks side by side for a while, beside lookups that nobody has cached: what share each walk got, and how long lookups took.</summary>
internal sealed class ManyWalks(IdentityService.IdentityServiceClient client, TimeProvider time, TextWriter output)
{
    private static readonly TimeSpan s_duration = TimeSpan.FromSeconds(20), s_pause = TimeSpan.FromMilliseconds(50);

    public async Task RunAsync(int streams, CancellationToken cancellation)
    {
        await LookUpAsync(TimeSpan.FromSeconds(5), cancellation); // code is compiled
        double[] alone = await LookUpAsync(TimeSpan.FromSeconds(5), cancellation);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        long[] received = new long[streams];
        var walks = Enumerable.Range(0, streams).Select(i => WalkAsync(i, received, end.Token)).ToArray();
        double[] beside = await LookUpAsync(s_duration, cancellation);
        await end.CancelAsync();
        await Task.WhenAll(walks);
        Array.Sort(received);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"shares           {streams} walks for {s_duration.TotalSeconds:F0} s: {received[0]:N0} members the least, {received[streams / 2]:N0} the median, {received[^1]:N0} the most"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"lookups beside   p50 {At(beside, 0.5):F1} ms, p99 {At(beside, 0.99):F1} ms; alone p50 {At(alone, 0.5):F1} ms, p99 {At(alone, 0.99):F1} ms"));
    }

    private async Task WalkAsync(int walk, long[] received, CancellationToken cancellation)
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
        catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled)
        {
            // The same, told by the call.
        }
    }

    private async Task<double[]> LookUpAsync(TimeSpan duration, CancellationToken cancellation)
    {
        var times = new List<double>();
        long started = time.GetTimestamp();
        while (time.GetElapsedTime(started) < duration)
        {
            long asked = time.GetTimestamp();
            await client.ResolveByContactAsync(new() { App = "default", Contacts = { new Contact { Email = string.Create(CultureInfo.InvariantCulture, $"nobody{asked}@sandbox.example") } } }, cancellationToken: cancellation);
            times.Add(time.GetElapsedTime(asked).TotalMilliseconds);
            await Task.Delay(s_pause, time, cancellation);
        }
        return [.. times.Order()];
    }

    private static double At(double[] sorted, double share) => sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
}
