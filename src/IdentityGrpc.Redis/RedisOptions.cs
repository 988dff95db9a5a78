using StackExchange.Redis;

namespace IdentityGrpc.Redis;

/// <summary>Where Redis is and how patiently it is used.</summary>
public sealed record RedisOptions
{
    /// <summary>
    /// A StackExchange.Redis connection string, such as <c>redis:6379,password=…,ssl=true</c>; several hosts for a
    /// cluster. What it says of timeouts, retries and <c>abortConnect</c> is overruled: the service starts and goes on
    /// without Redis.
    /// </summary>
    /// <value>The default value is null: no Redis.</value>
    public string? Configuration { get; init; }

    /// <summary>What every key begins with; services that share a Redis and nothing else need different ones.</summary>
    /// <value>The default value is <c>identity</c>; 1 to 40 letters, digits, <c>-</c>, <c>_</c>, <c>.</c> or <c>:</c>.</value>
    public string KeyPrefix { get; init; } = "identity";

    /// <summary>How long an answer of Redis is waited for, before it counts as lost.</summary>
    /// <value>The default value is 250 ms; 10 ms to 10 s.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a connection may take to be made. Nobody waits for it: until it is there, Redis counts as lost.</summary>
    /// <value>The default value is 2 s; 100 ms to 30 s.</value>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many changes are kept in the log at most, whatever their age. A replica that was away for longer drops its memory.</summary>
    /// <value>The default value is 100,000, about 300 bytes each; 1,000 to 10,000,000.</value>
    public int ChangesKept { get; init; } = 100_000;

    /// <summary>How many answers may wait to be shared; more are not shared.</summary>
    /// <value>The default value is 50,000; 100 to 10,000,000.</value>
    public int WriteQueue { get; init; } = 50_000;

    /// <summary>What is wrong with the options, one sentence each; empty where nothing is.</summary>
    public IEnumerable<string> Problems()
    {
        if (Configuration is not null && Parsed() is not { EndPoints.Count: > 0 })
        {
            // The text may hold a password, so it is not repeated.
            yield return "Configuration must be a StackExchange.Redis connection string, such as redis:6379,password=…,ssl=true.";
        }
        if (KeyPrefix.Length is < 1 or > 40 || !KeyPrefix.All(c => char.IsAsciiLetterOrDigit(c) || "-_.:".Contains(c, StringComparison.Ordinal)))
        {
            yield return "KeyPrefix must be 1 to 40 letters, digits, '-', '_', '.' or ':'.";
        }
        if (Timeout < TimeSpan.FromMilliseconds(10) || Timeout > TimeSpan.FromSeconds(10)) yield return "Timeout must be 10 ms to 10 s.";
        if (ConnectTimeout < TimeSpan.FromMilliseconds(100) || ConnectTimeout > TimeSpan.FromSeconds(30)) yield return "ConnectTimeout must be 100 ms to 30 s.";
        if (ChangesKept is < 1_000 or > 10_000_000) yield return "ChangesKept must be 1,000 to 10,000,000.";
        if (WriteQueue is < 100 or > 10_000_000) yield return "WriteQueue must be 100 to 10,000,000.";
    }

    /// <exception cref="ArgumentException">An option is out of its bounds, or there is no connection string.</exception>
    internal void ThrowIfUnusable()
    {
        string[] problems = [.. Problems(), .. Configuration is null ? ["Configuration is required."] : Array.Empty<string>()];
        if (problems.Length > 0) throw new ArgumentException(string.Join(' ', problems));
    }

    internal ConfigurationOptions ToConfiguration()
    {
        var configuration = Parsed() ?? throw new InvalidOperationException("There is no connection string of Redis.");
        configuration.ClientName ??= "identity";
        configuration.AbortOnConnectFail = false;
        configuration.ConnectRetry = 1;
        configuration.ConnectTimeout = (int)ConnectTimeout.TotalMilliseconds;
        configuration.SyncTimeout = configuration.AsyncTimeout = (int)Math.Max(1_000, 4 * Timeout.TotalMilliseconds);
        // All replicas are to be back within moments of each other, so none waits longer and longer.
        configuration.ReconnectRetryPolicy = new LinearRetry(500);
        // How soon it is noticed that a server has become a master or a replica.
        configuration.ConfigCheckSeconds = 5;
        configuration.HeartbeatInterval = TimeSpan.FromMilliseconds(500);
        // Without a connection a command fails at once instead of waiting for one.
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        return configuration;
    }

    private ConfigurationOptions? Parsed()
    {
        try
        {
            return Configuration is null ? null : ConfigurationOptions.Parse(Configuration);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
