using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using IdentityGrpc.Testing;
using IdentityGrpc.V1;

namespace IdentityGrpc.Load.Members;

/// <summary>Starts the sandbox and the service, walks the company once, and says what it took.</summary>
internal sealed class WalkMeasurement(CompanySize size, TimeProvider time, TextWriter output)
{
    private const int MaxAboveIdle = 64 << 20, FirstMemberTries = 9, WarmUps = 3;
    private const double LeastShareOfBound = 0.95;
    private const string FindByDepartment = "GET /open-apis/contact/v3/users/find_by_department";
    private bool _isGood = true;

    public async Task<bool> RunAsync(int streams, CancellationToken cancellation)
    {
        await using var sandbox = await SandboxProcess.StartAsync(new Dictionary<string, string>
        {
            ["IdentityGrpc__Sandbox__Users"] = Text(size.Made),
            ["IdentityGrpc__Sandbox__Departments"] = Text(size.Departments),
            ["IdentityGrpc__Sandbox__PerSecond"] = Text(size.PerSecond),
            ["IdentityGrpc__Sandbox__PerMinute"] = Text(size.PerSecond * 60),
        }, cancellation);
        var truth = await CompanyTruth.ReadAsync(sandbox.Url, cancellation);
        Say($"company          {truth.OpenIds.Count:N0} people in {truth.Departments:N0} departments of {truth.Levels} levels, {100.0 * truth.InSeveralDepartments / truth.OpenIds.Count:F1} % in several");
        Check("company", truth.OpenIds.Count >= size.Users * 0.99 && truth.Departments == size.Departments, "is not as large as asked for");

        var settings = new Dictionary<string, string>(ServerProcess.FreePorts.Where(p => !p.Key.Contains("Sandbox", StringComparison.Ordinal))) { ["IdentityGrpc__Sandbox__Attach"] = sandbox.Url.ToString() };
        if (size.CacheMiB > 0) settings["IdentityGrpc__Cache__MaxBytes"] = Text(size.CacheMiB << 20);
        await using var server = await ServerProcess.StartAsync(settings, cancellation);
        long started = ResidentMemory.Of(server.Process.Id);
        using var channel = GrpcChannel.ForAddress(server.GrpcUrl);
        var client = new IdentityService.IdentityServiceClient(channel);
        using var control = new SandboxTruth(sandbox.Url);

        await WarmUpAsync(client, truth.SomeDepartment, cancellation);
        long idle = ResidentMemory.Of(server.Process.Id);
        await using (var memory = new ResidentMemory(server.Process.Id, time))
        {
            var before = server.Process.ProcessorTime;
            await WalkAsync(client, control, truth, cancellation);
            var used = server.Process.ProcessorTime - before;
            Say($"processor        {used.TotalSeconds:F1} s of the service, {used.TotalMicroseconds / truth.OpenIds.Count:F0} µs a member");
            long above = memory.Peak - idle;
            Say($"memory           {Megabytes(started)} after the start, {Megabytes(idle)} idle after {WarmUps} walks of one department, {Megabytes(memory.Peak)} at the peak: {Megabytes(above)} above idle (at most {Megabytes(MaxAboveIdle)})");
            Check("memory", above <= MaxAboveIdle, "grew too much");
        }
        if (streams > 0) Check("many walks", await new ManyWalks(server.GrpcUrl, control, size.PerSecond, time, output).RunAsync(streams, cancellation), "did not get even shares, or held lookups up");
        await FirstMemberAsync(client, control, cancellation);
        return _isGood;
    }

    // So that what the runtime loads and compiles at first use is not taken for what a walk holds.
    private static async Task WarmUpAsync(IdentityService.IdentityServiceClient client, string department, CancellationToken cancellation)
    {
        for (int i = 0; i < WarmUps; i++)
        {
            using var call = client.StreamDepartmentMembers(new() { App = "default", DepartmentId = department }, cancellationToken: cancellation);
            await foreach (var _ in call.ResponseStream.ReadAllAsync(cancellation))
            {
            }
        }
    }

    private async Task WalkAsync(IdentityService.IdentityServiceClient client, SandboxTruth control, CompanyTruth truth, CancellationToken cancellation)
    {
        await control.SendAsync(HttpMethod.Delete, "stats", cancellationToken: cancellation);
        var missing = new HashSet<string>(truth.OpenIds, StringComparer.Ordinal);
        int repeated = 0, unknown = 0, messages = 0;
        MembersSummary? summary = null;
        long started = time.GetTimestamp();
        TimeSpan? first = null;
        using (var call = client.StreamDepartmentMembers(new() { App = "default", DepartmentId = "0", Recursive = true, Distinct = true, IdTypes = { IdType.OpenId } }, cancellationToken: cancellation))
        {
            await foreach (var message in call.ResponseStream.ReadAllAsync(cancellation))
            {
                messages++;
                if (message.Members.Count > 0) first ??= time.GetElapsedTime(started);
                foreach (var member in message.Members)
                {
                    if (missing.Remove(member.Identity.OpenId)) continue;
                    if (truth.OpenIds.Contains(member.Identity.OpenId)) repeated++;
                    else unknown++;
                }
                summary = message.Summary;
            }
        }
        var took = time.GetElapsedTime(started);
        Say($"walk             {summary!.Members:N0} members in {messages:N0} messages, {took.TotalSeconds:F1} s: {summary.Members / took.TotalSeconds:N0} members/s; complete: {summary.Complete}");
        Say($"exactly once     {repeated} repeated, {missing.Count} missing, {unknown} unknown");
        Check("walk", summary.Complete && repeated + missing.Count + unknown == 0, "is not everybody exactly once");
        var calls = (await control.CallsAsync(cancellation)).Where(c => c.App == "default").ToList();
        long pages = calls.Where(c => c.Api == FindByDepartment).Sum(c => c.Calls), throttled = calls.Sum(c => c.Throttled);
        double bound = Math.Max(0, (double)(pages - size.PerSecond) / size.PerSecond);
        Say($"budget           {pages:N0} pages at {size.PerSecond:N0}/s take {bound:F1} s at least: {100 * bound / took.TotalSeconds:F1} % of the bound; {throttled} throttled");
        Check("budget", bound / took.TotalSeconds >= LeastShareOfBound && throttled == 0, "was not spent, or overspent");
    }

    // The time until the first member, while every call of the platform takes so long.
    private async Task FirstMemberAsync(IdentityService.IdentityServiceClient client, SandboxTruth control, CancellationToken cancellation)
    {
        await control.SendAsync(HttpMethod.Put, "faults", new { kind = "latency", latency_ms = size.LatencyMs }, cancellation);
        var times = new List<double>();
        for (int i = 0; i < FirstMemberTries; i++)
        {
            long started = time.GetTimestamp();
            using var call = client.StreamDepartmentMembers(new() { App = "default", DepartmentId = "0", Recursive = true, Distinct = true }, cancellationToken: cancellation);
            while (await call.ResponseStream.MoveNext(cancellation) && call.ResponseStream.Current.Members.Count == 0)
            {
            }
            times.Add(time.GetElapsedTime(started).TotalMilliseconds);
        }
        await control.SendAsync(HttpMethod.Delete, "faults", cancellationToken: cancellation);
        times.Sort();
        double median = times[times.Count / 2];
        Say($"first member     {median:F0} ms (median of {times.Count}, slowest {times[^1]:F0}) with {size.LatencyMs} ms a round trip (at most {(2 * size.LatencyMs) + 50} ms)");
        Check("first member", median <= (2 * size.LatencyMs) + 50, "came late");
    }

    private void Say(FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private void Check(string what, bool isGood, string problem)
    {
        if (isGood) return;
        _isGood = false;
        output.WriteLine($"FAILED           {what} {problem}");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:F1} MB");
}
