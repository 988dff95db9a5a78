namespace IdentityGrpc.Feishu.Http;

/// <summary>Chance for pauses: those who failed together do not come back together. Thread-safe over any <see cref="Random"/>.</summary>
internal sealed class Jitter(Random? random = null)
{
    private readonly Random _random = random ?? new();
    private readonly Lock _lock = new();

    /// <summary>The pause before a repetition: doubling from the first, bounded, cut by up to half.</summary>
    /// <param name="options">First and longest pause.</param>
    /// <param name="attempt">Repetitions so far.</param>
    public TimeSpan Pause(FeishuOptions options, int attempt)
    {
        double full = Math.Min(options.RetryDelay.Ticks * Math.Pow(2, attempt), options.MaxRetryDelay.Ticks);
        lock (_lock) return new TimeSpan((long)(full * (1 - (_random.NextDouble() / 2))));
    }
}
