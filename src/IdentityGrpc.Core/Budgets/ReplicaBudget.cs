using System.Collections.Concurrent;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace IdentityGrpc.Core.Budgets;

/// <summary>
/// The rate limits as one of several replicas spends them: of each window it holds a share, in which it counts its own
/// calls; the shares of all never exceed the limit (design §5).
/// </summary>
/// <remarks>
/// (1) A call takes its permit from the replica's own windows, without asking anybody. (2) Every
/// <see cref="BeatInterval"/>, and soon after calls begin or end to wait, the replica tells the store what it holds and
/// wants, and gets what is free up to its fair part: all of it while others want nothing, an equal part while they do.
/// While it calls the platform, it tells more often, and gives what it does not want while others do without. While calls
/// are under way or expected, it wants what it used at most in the last seconds, or, where they have only begun, what they
/// will use: so a moment in which it is late with them changes no shares.
/// (3) Where it holds more than that, it takes no more permits beyond its part, and gives back what stops counting. So
/// whatever moves from one replica to another has been used by nobody for a whole window.
/// (4) A share lasts <see cref="Lease"/>, unless it is renewed. With the store lost, the replica goes on with what it
/// holds; when the lease has ended, with no more than one part in as many as there were replicas by the last
/// heartbeats. (5) A replica that holds less than that part grows to it when the lease of the others, and the window
/// after it, must have passed; one that has never met the store begins with it. (6) A store that comes back, with or
/// without its memory, is told by every replica what it holds, and gives nothing away before all have had the time to;
/// what nobody tells of may have been spent by a replica that is gone, and stays unused for as long as it may count.
/// <para>
/// One replica that alone is cut off from the store, and lives on, spends its part on top after that time.
/// </para>
/// </remarks>
public sealed class ReplicaBudget : IBudget, IBudgetFigures, IAsyncDisposable
{
    /// <summary>How often a replica says that it lives, and renews its shares: 250 ms.</summary>
    public static readonly TimeSpan BeatInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a share lasts: 3 s, within which every replica finds a store that is back.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(3);

    /// <summary>How long a call may be on its way to the platform after its share has ended.</summary>
    public static readonly TimeSpan LongestFlight = TimeSpan.FromSeconds(5);

    // A store that has forgotten all, or is just there, counts fewer replicas than there are, until all have called.
    private const int CountsKept = 16;

    // As many scopes hold their part of every API from the start; the others, of what they are asked for.
    private const int ScopesHeld = 16;

    private static readonly TimeSpan s_idle = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<BudgetKey, ReplicaShare> _shares = new();
    private readonly ConcurrentDictionary<BudgetKey, int> _expected = new();
    private readonly ConcurrentDictionary<AppTenant, long> _eras = new();
    private readonly ConcurrentDictionary<AppTenant, DateTimeOffset> _stopsToTell = new();
    private readonly LocalBudget _windows;
    private readonly IReadOnlyList<AppTenant> _scopes;
    private readonly CancellationTokenSource _disposed = new();
    private readonly Queue<int> _counts = [];
    private readonly Lock _logging = new();
    private readonly long _origin;
    private readonly Task _beating;
    private volatile int _replicas;
    private bool _isLost;

    /// <summary>Makes a budget, which meets the store in the background.</summary>
    /// <param name="shared">The store.</param>
    /// <param name="options">How to spend.</param>
    /// <param name="scopes">The apps and tenants that are sure to be asked for, so that the store knows them before the first call.</param>
    /// <param name="time">The clock: its timestamps for the windows, its time of day for deadlines and the month.</param>
    /// <param name="metrics">Where figures go.</param>
    /// <param name="sharedMetrics">Where the figures of sharing go.</param>
    /// <param name="logger">Where changes of state are written, once each.</param>
    /// <exception cref="ArgumentException">An option is out of its bounds.</exception>
    public ReplicaBudget(ISharedBudget shared, BudgetOptions options, IEnumerable<AppTenant> scopes, TimeProvider time,
        CoreMetrics metrics, SharedBudgetMetrics sharedMetrics, ILogger<ReplicaBudget> logger)
    {
        _windows = new(options, time, metrics) { Share = ShareOf };
        (Shared, Options, Time, SharedMetrics, Logger, _scopes) = (shared, options, time, sharedMetrics, logger, [.. scopes]);
        _origin = time.GetTimestamp();
        Disposed = _disposed.Token;
        _replicas = options.Replicas;
        foreach (var scope in _scopes.Take(ScopesHeld))
        {
            foreach (string api in Apis.All) _windows.Hold(new(api, scope));
        }
        _beating = BeatAsync();
    }

    internal ISharedBudget Shared { get; }

    internal BudgetOptions Options { get; }

    internal TimeProvider Time { get; }

    internal SharedBudgetMetrics SharedMetrics { get; }

    internal ILogger Logger { get; }

    internal CancellationToken Disposed { get; }

    /// <summary>How many replicas live, by the last heartbeats.</summary>
    internal int Replicas => _replicas;

    /// <inheritdoc/>
    public IReadOnlyList<BudgetFigures> Snapshot() => _windows.Snapshot();

    /// <inheritdoc/>
    public ValueTask<Outcome<Permit>> TakeAsync(BudgetKey key, CallContext call) => _windows.TakeAsync(key, call);

    /// <inheritdoc/>
    public TimeSpan LeastWait(BudgetKey key, Priority priority, int ahead) => _windows.LeastWait(key, priority, ahead);

    /// <inheritdoc/>
    public TimeSpan NextPermit(BudgetKey key, Priority priority) => _windows.NextPermit(key, priority);

    /// <inheritdoc/>
    public void Expect(BudgetKey key, int calls)
    {
        if (_expected.AddOrUpdate(key, static (_, more) => more, static (_, before, more) => before + more, calls) == 0) _expected.TryRemove(new(key, 0));
    }

    /// <inheritdoc/>
    public void Pause(BudgetKey key, TimeSpan reset)
    {
        _windows.Pause(key, reset);
        if (_shares.TryGetValue(key, out var share)) share.TellPause(reset < Options.MaxPause ? reset : Options.MaxPause);
    }

    /// <inheritdoc/>
    /// <remarks>The platform's month is Beijing's (UTC+8).</remarks>
    public void StopForMonth(AppTenant scope)
    {
        _windows.StopForMonth(scope);
        _stopsToTell[scope] = QuotaMonth.NextAfter(Time.GetUtcNow());
        _ = TellStopAsync(scope);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Disposed.IsCancellationRequested) return;
        await _disposed.CancelAsync();
        await _beating;
        await Task.WhenAll(_shares.Values.Select(s => s.LeaveAsync()));
        foreach (var share in _shares.Values) share.Dispose();
        _windows.Dispose();
        _disposed.Dispose();
    }

    internal int ExpectedOf(BudgetKey key) => _expected.GetValueOrDefault(key);

    internal long Now() => Time.GetElapsedTime(_origin).Ticks;

    internal void HeardStop(AppTenant scope, TimeSpan left) => _windows.Stop(scope, Time.GetUtcNow() + left);

    /// <summary>The store's era as it was told last; 0: never.</summary>
    internal long EraOf(AppTenant scope) => _eras.GetValueOrDefault(scope);

    /// <summary>The store has told its era.</summary>
    internal void Met(AppTenant scope, long era)
    {
        long before = EraOf(scope);
        if (before == era) return;
        _eras[scope] = era;
        if (before != 0) Logger.BudgetForgot();
    }

    /// <summary>The store has answered.</summary>
    internal void Found()
    {
        lock (_logging)
        {
            if (!_isLost || _shares.Values.Any(s => s.IsLost)) return;
            _isLost = false;
        }
        Logger.BudgetBack();
    }

    /// <summary>The store has not answered.</summary>
    internal void Lost(Exception fault)
    {
        lock (_logging)
        {
            if (_isLost) return;
            _isLost = true;
        }
        // The exception's text may name hosts and settings; its type says enough.
        Logger.BudgetLost(fault.GetType().Name, _replicas);
    }

    private BudgetGate ShareOf(BudgetKey key, Func<Action, BudgetGate> make)
    {
        var share = _shares[key] = new(key, this, s => make(s.WaitBegan));
        return share.Gate;
    }

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(BeatInterval, Time);
        var held = _scopes.Take(ScopesHeld).ToHashSet();
        var others = _scopes.Skip(ScopesHeld).ToArray();
        try
        {
            do
            {
                try
                {
                    await CountAsync();
                    await Task.WhenAll(_shares.Values.Select(s => s.BeatAsync()).Concat(others.Select(MeetAsync)).Concat(_stopsToTell.Keys.Select(TellStopAsync)));
                    foreach (var (key, share) in _shares)
                    {
                        if (held.Contains(key.Scope) || !share.TryRetire(s_idle)) continue;
                        _windows.Forget(key, share.Gate);
                        _shares.TryRemove(new(key, share));
                        share.Dispose();
                    }
                }
                catch (Exception fault) when (!Disposed.IsCancellationRequested)
                {
                    Logger.BudgetBeatFault(fault);
                }
            }
            while (await timer.WaitForNextTickAsync(Disposed));
        }
        catch (OperationCanceledException) when (Disposed.IsCancellationRequested)
        {
            await TryAsync(async () => await Shared.LeaveAsync(CancellationToken.None));
        }
    }

    // With the store lost, the last number stands.
    private Task<bool> CountAsync() => TryAsync(async () =>
    {
        _counts.Enqueue(Math.Max(1, await Shared.BeatAsync(Disposed)));
        if (_counts.Count > CountsKept) _counts.Dequeue();
        _replicas = _counts.Count < CountsKept ? Math.Max(Options.Replicas, _counts.Max()) : _counts.Max();
    });

    // So that the store's era begins with the service, and a replica that holds nothing can witness that there was one before.
    private Task MeetAsync(AppTenant scope) => TryAsync(async () =>
        Met(scope, (await Shared.SyncAsync(new("", scope), RateLimit.Tier4, new(EraOf(scope), default, default, _replicas, default, Leaves: true), Disposed)).Era));

    private Task TellStopAsync(AppTenant scope) => TryAsync(async () =>
    {
        if (!_stopsToTell.TryGetValue(scope, out var until)) return;
        await Shared.StopAsync(scope, until, Disposed);
        _stopsToTell.TryRemove(new(scope, until));
    });

    // What fails here is tried again with the next beat; that the store is lost, the shares tell.
    private async Task<bool> TryAsync(Func<Task> ask)
    {
        try
        {
            await ask();
            return true;
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !Disposed.IsCancellationRequested)
        {
            return false;
        }
    }
}
