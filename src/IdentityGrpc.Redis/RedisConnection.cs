using StackExchange.Redis;

namespace IdentityGrpc.Redis;

/// <summary>
/// The one connection (a multiplexer) for every use of Redis. It is made in the background and heals by itself; while
/// it is not there, commands fail at once.
/// </summary>
public sealed class RedisConnection : IAsyncDisposable
{
    private readonly RedisOptions _options;
    private readonly TimeProvider _time;
    private readonly Lazy<Task<ConnectionMultiplexer>> _connecting;

    /// <summary>Makes it; nothing is connected before the first use.</summary>
    /// <param name="options">Where Redis is.</param>
    /// <param name="time">The clock that timeouts run on.</param>
    /// <exception cref="ArgumentException">An option is out of its bounds, or there is no connection string.</exception>
    public RedisConnection(RedisOptions options, TimeProvider time)
    {
        options.ThrowIfUnusable();
        (_options, _time) = (options, time);
        var configuration = options.ToConfiguration();
        _connecting = new(() => Task.Run(() => ConnectionMultiplexer.ConnectAsync(configuration)));
    }

    /// <summary>Whether commands have a chance at this moment.</summary>
    public bool IsConnected => _connecting is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true, Result.IsConnected: true } };

    /// <summary>Runs a command, and waits for its answer no longer than <see cref="RedisOptions.Timeout"/>.</summary>
    /// <exception cref="RedisException">There is no connection, or Redis refused the command.</exception>
    /// <exception cref="TimeoutException">Redis did not answer in time; it may do what it was told all the same.</exception>
    internal Task<T> RunAsync<T>(Func<IDatabase, Task<T>> command, CancellationToken cancellation) => RunAsync(command, _options.Timeout, cancellation);

    /// <summary>Runs a command, and waits for its answer no longer than that.</summary>
    /// <inheritdoc cref="RunAsync{T}(Func{IDatabase, Task{T}}, CancellationToken)"/>
    internal Task<T> RunAsync<T>(Func<IDatabase, Task<T>> command, TimeSpan patience, CancellationToken cancellation)
    {
        if (!_connecting.Value.IsCompleted) return Task.FromException<T>(new RedisConnectionException(ConnectionFailureType.UnableToConnect, "Redis is being connected to."));
        return RunOnAsync(command, patience, cancellation);
    }

    /// <summary>
    /// What has no answer to wait for: subscriptions, events of the connection. Completes when the first attempt to
    /// connect has ended, well or not; the multiplexer goes on trying.
    /// </summary>
    internal async Task<IConnectionMultiplexer> MultiplexerAsync(CancellationToken cancellation) => await _connecting.Value.WaitAsync(cancellation);

    /// <summary>Completes when the first attempt to connect has ended, well or not.</summary>
    internal Task WhenTriedAsync() => _connecting.Value;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_connecting.IsValueCreated) await (await _connecting.Value).DisposeAsync();
    }

    private async Task<T> RunOnAsync<T>(Func<IDatabase, Task<T>> command, TimeSpan patience, CancellationToken cancellation)
    {
        var answer = command((await _connecting.Value).GetDatabase());
        if (answer.IsCompleted) return await answer;
        try
        {
            return await answer.WaitAsync(patience, _time, cancellation);
        }
        catch when (!answer.IsCompleted)
        {
            // Nobody looks at it any more; a late failure is no news.
            _ = answer.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw;
        }
    }
}
