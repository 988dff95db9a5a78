using System.ComponentModel.DataAnnotations;

namespace IdentityGrpc.Feishu;

/// <summary>How the platform is called. The same for all apps.</summary>
public sealed class FeishuOptions
{
    /// <summary>How long connecting may take.</summary>
    /// <value>The default is 3 s; 0.1 s to 30 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:30")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a connection is used before a new one is made, so that a changed address is seen.</summary>
    /// <value>The default is 5 min; 10 s to 1 h.</value>
    [Range(typeof(TimeSpan), "00:00:10", "01:00:00")]
    public TimeSpan ConnectionLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How many connections to one host may be open; calls past it wait within <see cref="TryTimeout"/>.</summary>
    /// <value>The default is 256; 1 to 1,000.</value>
    [Range(1, 1000)]
    public int MaxConnections { get; set; } = 256;

    /// <summary>A proxy for all calls. The machine's own proxy settings are not looked at.</summary>
    /// <value>The default is null: none.</value>
    public Uri? Proxy { get; set; }

    /// <summary>The greatest body that is read, in bytes after decompression; a larger one is an error.</summary>
    /// <value>The default is 4 MiB; 64 KiB to 64 MiB.</value>
    [Range(64 << 10, 64 << 20)]
    public int MaxBodyBytes { get; set; } = 4 << 20;

    /// <summary>How long one try may take, from connecting to the last byte of the answer.</summary>
    /// <value>The default is 5 s; 0.1 s to 60 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan TryTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many times a failed try is repeated, where the reference calls the failure retryable (§6.5). A refused token's one repetition is not among them.</summary>
    /// <value>The default is 2; 0 to 10.</value>
    [Range(0, 10)]
    public int Retries { get; set; } = 2;

    /// <summary>The pause before the first repetition; it doubles with each further one, and is cut at random by up to half.</summary>
    /// <value>The default is 200 ms; 1 ms to 10 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:10")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause before a repetition that the platform did not ask for itself.</summary>
    /// <value>The default is 5 s; 1 ms to 60 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The pause after a throttled call (99991400) whose answer does not tell one.</summary>
    /// <value>The default is 1 s, the shorter of the platform's windows (reference §6.4); 10 ms to 60 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:01:00")]
    public TimeSpan ThrottlePause { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause that <c>x-ogw-ratelimit-reset</c> is believed in.</summary>
    /// <value>The default is 2 min, twice the longer of the platform's windows; 1 s to 1 h.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan MaxThrottlePause { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>The share of an app's tries within <see cref="BreakerWindow"/> that must fail for its breaker to open.</summary>
    /// <value>The default is 0.5; 0.01 to 1.</value>
    [Range(0.01, 1.0)]
    public double BreakerFailureRatio { get; set; } = 0.5;

    /// <summary>How many tries an app must have made within <see cref="BreakerWindow"/> before its breaker may open.</summary>
    /// <value>The default is 20; 2 to 10,000.</value>
    [Range(2, 10_000)]
    public int BreakerMinimumTries { get; set; } = 20;

    /// <summary>The time over which the breaker counts.</summary>
    /// <value>The default is 10 s; 0.5 s to 10 min.</value>
    [Range(typeof(TimeSpan), "00:00:00.5", "00:10:00")]
    public TimeSpan BreakerWindow { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an open breaker keeps calls back before it lets one through to see.</summary>
    /// <value>The default is 5 s; 0.5 s to 10 min.</value>
    [Range(typeof(TimeSpan), "00:00:00.5", "00:10:00")]
    public TimeSpan BreakerPause { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long before its expiry a token is used no more; at most a quarter of a token's life.</summary>
    /// <value>The default is 3 min, as the platform's own SDKs have it (reference §1.3); 0 to 20 min.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:20:00")]
    public TimeSpan TokenMargin { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>How long before its expiry a token in use is renewed in the background; at most half of a token's life.</summary>
    /// <value>The default is 10 min; 0 to 29 min: with 30 min left the platform gives the same token again (reference §1.3).</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:29:00")]
    public TimeSpan TokenRenewAhead { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a refused token request (a wrong secret, say) is not made again, and how long a failed background renewal rests.</summary>
    /// <value>The default is 5 s; 0 to 5 min.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan TokenFailurePause { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long after asking for an app_ticket it is not asked for again (store apps, reference §1.2).</summary>
    /// <value>The default is 30 s; 1 s to 10 min.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan TicketResendPause { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>What is wrong with the values, all of it; empty when nothing is.</summary>
    public IReadOnlyList<string> Problems()
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(this, new ValidationContext(this), results, validateAllProperties: true);
        var problems = results.ConvertAll(result => result.ErrorMessage ?? "A value is out of its bounds.");
        if (MaxRetryDelay < RetryDelay) problems.Add($"{nameof(MaxRetryDelay)} must be at least {nameof(RetryDelay)}.");
        if (TokenRenewAhead < TokenMargin) problems.Add($"{nameof(TokenRenewAhead)} must be at least {nameof(TokenMargin)}.");
        return problems;
    }
}
