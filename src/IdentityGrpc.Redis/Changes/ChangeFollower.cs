using IdentityGrpc.Core.Changes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IdentityGrpc.Redis.Changes;

/// <summary>
/// Does in this replica what the log of changes says (design §6).
/// <list type="number">
/// <item>At the start it reads all that is left of the log. What was asked for before the log was whole has ended: changes of then are
/// not known. The service serves nobody before that is done, unless Redis is not there.</item>
/// <item>It reads on whenever the bell rings, when a reader of the shared cache has seen that the log has grown, and every
/// <see cref="Interval"/> in case a bell was lost.</item>
/// <item>Where changes are missing after its place, or the log is another one, everything has ended.</item>
/// <item>While the log cannot be read, this replica does not follow, and the shared cache is not read. It tries again every <see cref="Pause"/>.</item>
/// </list>
/// </summary>
internal sealed class ChangeFollower(RedisConnection connection, RedisKeys keys, RedisOptions options, ChangeLog log, RedisClock clock, ChangeProgress progress,
    MemoryWatermarks marks, EventArrivals arrivals, TimeProvider time, ILogger<ChangeFollower> logger) : BackgroundService
{
    /// <summary>How long it waits for a bell.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>How long it leaves Redis alone after trouble.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private const int PageSize = 500, FirstSamples = 20;
    private static readonly TimeSpan s_firstInterval = TimeSpan.FromMilliseconds(20);
    private readonly TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ChangePosition? _place;
    private bool _isListening, _isLost;
    private int _samples;

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken);
        try
        {
            await _tried.Task.WaitAsync(options.ConnectTimeout + options.Timeout, time, cancellationToken); // (1)
        }
        catch (TimeoutException)
        {
            // The service goes on without Redis until it is there.
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(stoppingToken);
            }
            catch (Exception trouble) when (!stoppingToken.IsCancellationRequested)
            {
                Lose(trouble);
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }
        progress.Lose();
    }

    private async Task FollowAsync(CancellationToken stopping)
    {
        await connection.WhenTriedAsync().WaitAsync(stopping);
        bool isAtEnd = await ReadOnAsync(stopping);
        if (!isAtEnd) return;
        if (_isLost || !_tried.Task.IsCompleted) logger.Following();
        _isLost = false;
        _tried.TrySetResult();
        await ListenAsync();
        // The quickest of the first answers set the clock: while it lags, whatever changes is asked for in vain.
        await progress.WantedAsync(_samples++ < FirstSamples ? s_firstInterval : Interval, stopping); // (2)
    }

    /// <returns>Whether the end of the log is reached.</returns>
    private async Task<bool> ReadOnAsync(CancellationToken stopping)
    {
        var page = _place is { } place ? await log.ReadAsync(place, PageSize, stopping) : await log.ReadFromStartAsync(PageSize, stopping);
        if (_place is null) marks.EndAll(Later(page.WholeSince, clock.Overshot)); // (1)
        if (page.Gap) // (3)
        {
            marks.EndAll(Later(page.Now, Later(clock.Now, clock.Overshot)));
            logger.ChangesMissed();
            _place = page.End;
        }
        else
        {
            foreach (var entry in page.Changes)
            {
                if (entry.Change is { } change)
                {
                    // While a clock that was set back has not caught up, changes come at times that were told before.
                    marks.Apply(change.Ends, clock.Overshot > DateTimeOffset.MinValue ? Later(entry.At, marks.Now) : entry.At);
                    arrivals.Note(change, entry.At);
                }
                else marks.EndAll(entry.At); // written by another version, or damaged: it may have ended anything
            }
            _place = page.ReadTo;
        }
        if (_place != page.End) return false;
        progress.Reach(page.End);
        return true;
    }

    private async Task ListenAsync()
    {
        if (_isListening) return;
        var redis = await connection.MultiplexerAsync(CancellationToken.None);
        try
        {
            await redis.GetSubscriber().SubscribeAsync(keys.ChangeBell, (_, _) => progress.Want());
            _isListening = true;
        }
        catch (Exception trouble) when (RedisTrouble.IsTrouble(trouble))
        {
            // Subscriptions have a connection of their own, which is made after the other: until it is there, the log is looked at without a bell.
        }
    }

    private void Lose(Exception trouble) // (4)
    {
        progress.Lose();
        _tried.TrySetResult();
        _samples = 0;
        if (_isLost) return;
        _isLost = true;
        if (RedisTrouble.IsTrouble(trouble)) logger.NotFollowing(RedisTrouble.NameOf(trouble));
        else logger.FollowingFault(trouble);
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
