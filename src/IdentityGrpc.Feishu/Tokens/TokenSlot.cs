using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Feishu.Tokens;

/// <summary>
/// Holds one token and sees to it that there is one.
/// <list type="number">
/// <item>A held token that is usable is given at once. From a certain age on it is renewed meanwhile, by one fetch.</item>
/// <item>Without one, all who ask wait for the same fetch. It belongs to nobody: whoever stops waiting harms no other.</item>
/// <item>A refusal for good (a wrong secret) is remembered for a moment, so that a crowd does not become a flood; so is a failed renewal.</item>
/// <item>A token that the platform refused is dropped only while it is the one held: those who come late with it find its successor.</item>
/// </list>
/// </summary>
internal sealed class TokenSlot(Func<Task<Outcome<AccessToken>>> fetch, FeishuOptions options, TimeProvider time)
{
    private static readonly Failure s_broken = new(FailureReason.UpstreamUnavailable, "The access token could not be fetched.") { Retryable = true };

    private readonly Lock _lock = new();
    private AccessToken? _held;
    private Task<Outcome<AccessToken>>? _flight;
    private Failure? _lastFailure;
    private long _failedAt;

    public ValueTask<Outcome<AccessToken>> GetAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            bool resting = _lastFailure is not null && time.GetElapsedTime(_failedAt) < options.TokenFailurePause;
            if (_held is { } held && time.GetElapsedTime(held.FetchedAt) is var age && age < held.UsableFor)
            {
                if (age >= held.RenewAfter && !resting) Fly_NeedsLock();
                return new((Outcome<AccessToken>)held);
            }
            if (resting && !_lastFailure!.Retryable) return new((Outcome<AccessToken>)_lastFailure);
            return new(Fly_NeedsLock().WaitAsync(cancellation));
        }
    }

    public void Drop(AccessToken refused)
    {
        lock (_lock)
        {
            if (ReferenceEquals(_held, refused)) _held = null;
        }
    }

    private Task<Outcome<AccessToken>> Fly_NeedsLock() => _flight ??= Task.Run(FlyAsync);

    private async Task<Outcome<AccessToken>> FlyAsync()
    {
        Outcome<AccessToken> outcome = s_broken;
        try
        {
            return outcome = await fetch();
        }
        finally
        {
            // In one step: whoever comes after a drop must not find the flight that brought the dropped token.
            lock (_lock)
            {
                _flight = null;
                _held = outcome.Value ?? _held;
                (_lastFailure, _failedAt) = (outcome.Failure, time.GetTimestamp());
            }
        }
    }
}
