using System.Collections.Concurrent;
using System.Diagnostics;
using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Telemetry;
using IdentityGrpc.Redis.Budgets;
using Microsoft.Extensions.Logging.Abstractions;

namespace IdentityGrpc.Redis.Tests.Support;

/// <summary>A replica of the service, as far as budgets go: a connection, a budget, and callers that take all they get.</summary>
internal sealed class Replica : IAsyncDisposable
{
    private readonly CoreMetrics _metrics = new();
    private readonly SharedBudgetMetrics _sharedMetrics = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly RedisConnection _connection;
    private readonly List<Task> _callers = [];

    public Replica(string configuration, BudgetOptions options, AppTenant scope)
    {
        var redis = new RedisOptions { Configuration = configuration };
        _connection = new(redis, TimeProvider.System);
        Shared = new(_connection, redis, options, TimeProvider.System, new Random());
        Budget = new(Shared, options, [scope], TimeProvider.System, _metrics, _sharedMetrics, NullLogger<ReplicaBudget>.Instance);
    }

    public RedisSharedBudget Shared { get; }

    public ReplicaBudget Budget { get; }

    /// <summary>When its calls were sent, since <see cref="Stopwatch"/> began to count.</summary>
    public ConcurrentQueue<TimeSpan> Sent { get; } = new();

    /// <summary>Has so many callers take permits one after the other, each for a call of a few milliseconds.</summary>
    public void Load(BudgetKey key, int callers)
    {
        for (int i = 0; i < callers; i++) _callers.Add(Task.Run(() => CallAsync(key)));
    }

    public int SentSince(TimeSpan time) => Sent.Count(s => s >= time);

    public static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_callers);
        await Budget.DisposeAsync();
        await _connection.DisposeAsync();
        _metrics.Dispose();
        _sharedMetrics.Dispose();
        _stop.Dispose();
    }

    private async Task CallAsync(BudgetKey key)
    {
        try
        {
            while (true)
            {
                var permit = await Budget.TakeAsync(key, new(Priority.Interactive, null, "test", _stop.Token));
                Assert.True(permit.Succeeded, permit.Failure?.Message);
                using var underWay = permit.Value;
                Sent.Enqueue(Now);
                await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }
}
