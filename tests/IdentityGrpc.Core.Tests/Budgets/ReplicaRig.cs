using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Telemetry;
using IdentityGrpc.Testing;
using Microsoft.Extensions.Logging;

namespace IdentityGrpc.Core.Tests.Budgets;

/// <summary>Replicas that share a store and call a platform, on one manual clock.</summary>
internal sealed class ReplicaRig : IAsyncDisposable
{
    public static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    private readonly BudgetOptions _options;
    private readonly List<Replica> _replicas = [];
    private readonly Random _random;
    private readonly TimeSpan _way, _mostDelay;

    public ReplicaRig(BudgetOptions? options = null, int seed = 1, TimeSpan way = default, TimeSpan mostDelay = default)
    {
        (_options, _random, _way, _mostDelay) = (options ?? new(), new(seed), way, mostDelay);
        Store = new(Clock, _options.Guard);
    }

    public static BudgetKey Key => BudgetRig.Key;

    public ManualTimeProvider Clock { get; } = new();

    public SharedStore Store { get; }

    public IReadOnlyList<Replica> Replicas => _replicas;

    public IEnumerable<Replica> Alive => _replicas.Where(r => !r.IsDead);

    /// <summary>When the platform counted calls, of whatever replica.</summary>
    public List<TimeSpan> Counted => [.. _replicas.SelectMany(r => r.Platform.Counted)];

    public TimeSpan Elapsed => TimeSpan.FromTicks(Clock.GetTimestamp());

    public Replica Start(bool cut = false, BudgetOptions? options = null)
    {
        var replica = new Replica(this, options ?? _options, cut);
        _replicas.Add(replica);
        return replica;
    }

    /// <summary>Starts replicas that have met, each asked once.</summary>
    public IReadOnlyList<Replica> StartSettled(int replicas)
    {
        for (int i = 0; i < replicas; i++) Start().Demand = 1;
        Run(ReplicaBudget.Lease + TimeSpan.FromSeconds(2));
        foreach (var replica in _replicas) replica.Demand = 0;
        Run(TimeSpan.FromMinutes(1.2));
        return _replicas;
    }

    /// <summary>Moves the clock on, step by step, and lets every replica's callers do what they do.</summary>
    public void Run(TimeSpan time)
    {
        for (var end = Elapsed + time; Elapsed < end; Clock.Advance(Step))
        {
            foreach (var replica in _replicas) replica.Live();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas) await replica.Budget.DisposeAsync();
    }

    internal sealed class Replica
    {
        private readonly ReplicaRig _rig;
        private readonly List<Task<Outcome<Permit>>> _waiting = [];

        public Replica(ReplicaRig rig, BudgetOptions options, bool cut)
        {
            _rig = rig;
            Platform = new(rig._random, rig._way, rig._mostDelay);
            Access = rig.Store.NewAccess();
            Access.IsCut = cut;
            Budget = new(Access, options, [Key.Scope], rig.Clock, new CoreMetrics(), new SharedBudgetMetrics(), Log);
        }

        public SharedStore.Access Access { get; }

        public SlowPlatform Platform { get; }

        public ReplicaBudget Budget { get; }

        public ListLog Log { get; } = new();

        /// <summary>How many calls wait for a permit at any time.</summary>
        public int Demand { get; set; }

        public Priority Priority { get; set; }

        public bool IsDead { get; private set; }

        public int Sent => Platform.Counted.Count;

        public Task<Outcome<Permit>> TakeAsync(Priority priority = Priority.Interactive, TimeSpan? within = null, CancellationToken cancellation = default) =>
            Budget.TakeAsync(Key, new(priority, _rig.Clock.GetUtcNow() + within, "caller", cancellation)).AsTask();

        /// <summary>How many of so many calls get a permit at once.</summary>
        public int TakeNow(int calls)
        {
            using var cancel = new CancellationTokenSource();
            var all = Enumerable.Range(0, calls).Select(_ => TakeAsync(cancellation: cancel.Token)).ToArray();
            int got = 0;
            foreach (var granted in all.Where(t => t.IsCompletedSuccessfully))
            {
                Platform.Send(granted.Result.Value!, _rig.Elapsed);
                got++;
            }
            cancel.Cancel();
            return got;
        }

        /// <summary>Ends it as a crash would: it tells nobody.</summary>
        public async Task KillAsync()
        {
            (IsDead, Access.IsCut, Demand) = (true, true, 0);
            _waiting.Clear();
            await Budget.DisposeAsync();
        }

        /// <summary>Ends it in good order.</summary>
        public async Task EndAsync()
        {
            (IsDead, Demand) = (true, 0);
            await Budget.DisposeAsync();
        }

        public void Live()
        {
            Platform.Answer(_rig.Elapsed);
            if (IsDead) return;
            for (bool more = true; more;)
            {
                more = false;
                foreach (var granted in _waiting.FindAll(t => t.IsCompleted))
                {
                    _waiting.Remove(granted);
                    if (!granted.IsCompletedSuccessfully || granted.Result.Value is not { } permit) continue;
                    Platform.Send(permit, _rig.Elapsed);
                    more = true;
                }
                while (_waiting.Count < Demand) _waiting.Add(TakeAsync(Priority));
            }
        }
    }

    internal sealed class ListLog : ILogger<ReplicaBudget>
    {
        public List<string> Names { get; } = [];

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Names.Add(eventId.Name ?? "");

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
    }
}
