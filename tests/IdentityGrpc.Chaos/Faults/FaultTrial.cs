using Grpc.Core;
using IdentityGrpc.Testing.Server;
using IdentityGrpc.V1;

namespace IdentityGrpc.Chaos.Faults;

/// <summary>Tries one RPC under one fault: a fresh service, the fault, the question; then the platform heals, and the question again.</summary>
internal sealed class FaultTrial(Bed bed, IProbe probe)
{
    private const int MostFollowUps = 20;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);
    private Calls? _healthy;

    public async Task<TrialResult> RunAsync(FaultRow row, CancellationToken cancellation)
    {
        // Measured once: what each fault's calls are held against.
        _healthy ??= (await TryAsync(new("none"), cancellation)).Calls;
        var result = await TryAsync(row, cancellation);
        return result with { Broken = [.. result.Broken, .. Broken(row, result)] };
    }

    private async Task<TrialResult> TryAsync(FaultRow row, CancellationToken cancellation)
    {
        await bed.ResetAsync(namesIdsOfOtherApps: false, cancellation);
        await using var server = await bed.ServeAsync(row.Settings);
        if (row.Gone)
        {
            // With a token at hand, so that it is the data call that is refused.
            await probe.AskAsync(server, bed.People, default, cancellation);
            await bed.Sandbox.StopAsync();
        }
        else if (row.Fault is { } fault)
        {
            await bed.FaultAsync(new Dictionary<string, object>(fault) { ["api"] = probe.Api, ["app"] = Bed.App }, cancellation);
        }
        long started = TimeProvider.System.GetTimestamp();
        var received = await probe.AskAsync(server, bed.People, row.Wrong, cancellation);
        var elapsed = TimeProvider.System.GetElapsedTime(started);
        var calls = row.Gone ? Calls.None : await bed.CallsAsync(cancellation);
        await bed.Sandbox.StartAgainAsync();
        await bed.HealAsync(cancellation);
        var after = await AskUntilRightAsync(server, cancellation);
        return new(row, probe.Name, received, calls, elapsed) { Broken = after.IsComplete ? [] : [$"after the fault: {after} {string.Join(' ', after.Broken)}"] };
    }

    /// <summary>What a caller does who keeps to the details of a refusal: waits, and asks again.</summary>
    private async Task<Received> AskUntilRightAsync(RunningServer server, CancellationToken cancellation)
    {
        for (int asked = 1; ; asked++)
        {
            var received = await probe.AskAsync(server, bed.People, default, cancellation);
            if (received.IsComplete || asked == MostFollowUps || received.Broken.Count > 0) return received;
            await Task.Delay(received.Failure?.RetryAfter() ?? s_pause, TimeProvider.System, cancellation);
        }
    }

    private IEnumerable<string> Broken(FaultRow row, TrialResult result)
    {
        var received = result.Received;
        foreach (string promise in received.Broken) yield return promise;
        if (row.Reason is not { } reason)
        {
            if (!received.IsComplete && received.Broken.Count == 0) yield return "an answer is missing";
        }
        else
        {
            if (received.IsComplete && !row.MayHelp) yield return $"no {Words.Of(reason)} where the platform keeps failing";
            foreach (var other in received.Missing.Keys.Where(r => r != reason)) yield return $"{Words.Of(other)} for {Words.Of(reason)}";
            if (received.Failure is { } failure && (failure.StatusCode != StatusOf(reason) || failure.Reason() != Words.Of(reason)))
                yield return $"{Words.Of(failure.StatusCode)} ({failure.Reason() ?? "no ErrorInfo"}) for {Words.Of(StatusOf(reason))} ({Words.Of(reason)}): {failure.Status.Detail}";
        }
        if (result.Calls.Data > MostCalls(row)) yield return $"{result.Calls.Data} upstream calls; {MostCalls(row)} are enough";
        if (result.Calls.Tokens > row.MostTokens) yield return $"{result.Calls.Tokens} calls for tokens; {row.MostTokens} are enough";
    }

    private long MostCalls(FaultRow row) => row.MostCalls is { } most ? most[probe.Name]
        : row.MoreCalls is { } more ? _healthy!.Data + more
        : _healthy!.Data + (_healthy.Of(probe.Api) * ((row.Tries * probe.Turns) - 1));

    private static StatusCode StatusOf(UnresolvedReason reason) => reason switch
    {
        UnresolvedReason.BudgetExhausted => StatusCode.ResourceExhausted,
        UnresolvedReason.NoPermission => StatusCode.PermissionDenied,
        _ => StatusCode.Unavailable,
    };
}

/// <summary>What came of a trial.</summary>
/// <param name="Row">The fault.</param>
/// <param name="Probe">The RPC.</param>
/// <param name="Received">What the caller got.</param>
/// <param name="Calls">What it took upstream.</param>
/// <param name="Elapsed">How long it took.</param>
internal sealed record TrialResult(FaultRow Row, string Probe, Received Received, Calls Calls, TimeSpan Elapsed)
{
    /// <summary>Promises that were broken.</summary>
    public IReadOnlyList<string> Broken { get; init; } = [];
}
