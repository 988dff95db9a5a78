using Grpc.Core;
using IdentityGrpc.V1;

namespace IdentityGrpc.Cli.Rpc;

/// <summary>
/// When a call, or a single key, is asked again: UNAVAILABLE, and RESOURCE_EXHAUSTED where the server says when; keys
/// that are answered <c>retryable</c>. A wait is the server's own, else it doubles from a fifth of a second with
/// jitter. Both the number of tries and the length of a wait are bounded.
/// </summary>
internal sealed class RetryPolicy(TimeProvider time, Random random)
{
    /// <summary>Tries of one call, the first included.</summary>
    public const int MaxTries = 5;

    private static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(200), s_longestDelay = TimeSpan.FromMinutes(2);

    private volatile bool _answered;

    /// <summary>
    /// Notes that the server has answered. Before it has, a server that cannot be reached is most likely not there,
    /// and whoever typed the command wants to know at once.
    /// </summary>
    public void NoteAnswer() => _answered = true;

    /// <summary>How long to wait before the next try of a call that failed; null where it is not tried again.</summary>
    public TimeSpan? DelayAfter(RpcException failure, int tries)
    {
        if (tries >= MaxTries || (Failures.IsUnreachable(failure) && !_answered)) return null;
        var asked = StatusDetails.Of(failure).RetryDelay;
        bool passing = failure.StatusCode == StatusCode.Unavailable || (failure.StatusCode == StatusCode.ResourceExhausted && asked is not null);
        return passing ? Bounded(asked, tries) : null;
    }

    /// <summary>How long to wait before keys without an answer for the time being are asked again; null where they are not.</summary>
    public TimeSpan? DelayAfter(IEnumerable<Unresolved> passing, int tries) =>
        tries >= MaxTries ? null : Bounded(passing.Max(one => one.RetryAfter?.ToTimeSpan()), tries);

    /// <summary>Waits.</summary>
    public Task WaitAsync(TimeSpan delay, CancellationToken cancellation) => Task.Delay(delay, time, cancellation);

    private TimeSpan? Bounded(TimeSpan? asked, int tries)
    {
        var delay = asked > TimeSpan.Zero ? asked.Value : s_firstDelay * (1 << (tries - 1));
        if (delay > s_longestDelay) return null;
        lock (random) return delay * (1 + random.NextDouble() / 4);
    }
}
