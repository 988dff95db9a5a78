using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;
using Microsoft.Extensions.Logging;

namespace IdentityGrpc.Core.Resolution;

/// <summary>Asks again for keys, and keeps what comes.</summary>
/// <returns>Whether the platform answered for all of them.</returns>
public delegate Task<bool> Reask<TLane, TKey>(TLane lane, IReadOnlyList<TKey> keys, CallContext call);

/// <summary>
/// Asks again for answers that are read much and will soon be too old, so that nobody has to wait for them (design §6): in the background,
/// as bulk, only while the budget has room, never twice at a time for a key. A bounded number of keys wait; more are left to expire.
/// </summary>
/// <param name="budget">Says whether there is room.</param>
/// <param name="time">The clock of pauses and deadlines.</param>
/// <param name="logger">Where faults of the service itself go.</param>
public sealed class RefreshAhead<TLane, TKey>(IBudget budget, TimeProvider time, ILogger<RefreshAhead<TLane, TKey>> logger) : IAsyncDisposable
    where TLane : struct where TKey : struct
{
    private const int MaxWaiting = 1_000;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10), s_pause = TimeSpan.FromSeconds(5);
    private readonly Lock _lock = new();
    private readonly Dictionary<(TLane, TKey), BudgetKey> _waiting = [];
    private readonly HashSet<(TLane, TKey)> _asked = [];
    private readonly CancellationTokenSource _end = new();
    private Task _work = Task.CompletedTask;
    private bool _isWorking, _isOver;
    private long? _pausedAt;

    /// <summary>The work under way.</summary>
    internal Task Work
    {
        get
        {
            lock (_lock) return _work;
        }
    }

    /// <summary>Takes note of a key whose answer is hot and aging. Returns at once.</summary>
    /// <param name="budgetKey">What asking for it spends.</param>
    /// <param name="lane">The lane.</param>
    /// <param name="key">The key.</param>
    /// <param name="ask">How to ask; the same for all keys.</param>
    public void Offer(BudgetKey budgetKey, TLane lane, TKey key, Reask<TLane, TKey> ask)
    {
        lock (_lock)
        {
            if (_isOver || _waiting.Count >= MaxWaiting || _asked.Contains((lane, key)) || IsPaused_NeedsLock() || !_waiting.TryAdd((lane, key), budgetKey) || _isWorking) return;
            _isWorking = true;
            _work = Task.Run(() => WorkAsync(ask), CancellationToken.None);
        }
    }

    /// <summary>Ends what is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock) _isOver = true;
        await _end.CancelAsync();
        await Work;
        _end.Dispose();
    }

    private async Task WorkAsync(Reask<TLane, TKey> ask)
    {
        while (TakeAll() is { Count: > 0 } all)
        {
            foreach (var group in all.GroupBy(w => (Lane: w.Key.Item1, Budget: w.Value)))
            {
                if (_end.IsCancellationRequested || budget.LeastWait(group.Key.Budget, Priority.Bulk, ahead: 0) > TimeSpan.Zero) continue;
                if (!await AskAsync(ask, group.Key.Lane, [.. group.Select(w => w.Key.Item2)])) Pause();
            }
        }
    }

    private async Task<bool> AskAsync(Reask<TLane, TKey> ask, TLane lane, TKey[] keys)
    {
        try
        {
            return await ask(lane, keys, new(Priority.Bulk, time.GetUtcNow() + s_patience, "refresh-ahead", _end.Token));
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            return true; // shut down: nobody waits for it
        }
        catch (Exception e)
        {
            logger.RefreshFault(e);
            return false;
        }
    }

    private Dictionary<(TLane, TKey), BudgetKey>? TakeAll()
    {
        lock (_lock)
        {
            _asked.Clear();
            _isWorking = _waiting.Count > 0 && !_isOver;
            if (!_isWorking) return null;
            var all = new Dictionary<(TLane, TKey), BudgetKey>(_waiting);
            _asked.UnionWith(all.Keys);
            _waiting.Clear();
            return all;
        }
    }

    // A platform that fails is not asked for more than callers want.
    private void Pause()
    {
        lock (_lock) _pausedAt = time.GetTimestamp();
    }

    private bool IsPaused_NeedsLock() => _pausedAt is { } at && time.GetElapsedTime(at) < s_pause;
}
