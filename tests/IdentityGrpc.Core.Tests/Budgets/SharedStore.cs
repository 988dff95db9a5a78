using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Tests.Budgets;

/// <summary>A store of shares in this process, on a manual clock: what <see cref="ISharedBudget"/> asks for, in the plainest way.</summary>
internal sealed class SharedStore(TimeProvider clock, TimeSpan guard)
{
    private readonly Dictionary<(BudgetKey, int), (WindowCounts Held, WindowCounts Wanted, long Ends)> _shares = [];
    private readonly Dictionary<AppTenant, DateTimeOffset> _stops = [];
    private readonly Dictionary<BudgetKey, long> _pauses = [];
    private readonly HashSet<int> _replicas = [];
    private long _era = 1, _born, _back;
    private bool _before;
    private int _last;

    public Access NewAccess() => new(this, ++_last);

    /// <summary>Loses all that it was told.</summary>
    public void Forget()
    {
        _shares.Clear();
        _stops.Clear();
        _pauses.Clear();
        _replicas.Clear();
        (_era, _born, _back, _before) = (_era + 1, clock.GetTimestamp(), clock.GetTimestamp(), false);
    }

    private SharedGrant Sync(int me, BudgetKey key, RateLimit limit, ShareClaim claim)
    {
        long now = clock.GetTimestamp();
        _before |= claim.Era != _era && (claim.Held != default || claim.Era != 0);
        if (claim.IsBack) _back = now;
        _shares.Remove((key, me));
        var others = _shares.Where(s => s.Key.Item1 == key).Select(s => s.Value).ToArray();
        var alive = others.Where(s => s.Ends > now).Select(s => s.Wanted).Append(claim.Wanted).ToArray();
        int room = Math.Max(alive.Length, claim.Replicas);
        var due = new WindowCounts(Due(limit.PerSecond, claim.Wanted.Second, alive.Select(w => w.Second), room), Due(limit.PerMinute, claim.Wanted.Minute, alive.Select(w => w.Minute), room));
        var held = new WindowCounts(
            Give(limit.PerSecond, claim.Held.Second, due.Second, others.Select(o => (o.Held.Second, o.Ends)), TimeSpan.FromSeconds(1)),
            Give(limit.PerMinute, claim.Held.Minute, due.Minute, others.Select(o => (o.Held.Minute, o.Ends)), TimeSpan.FromMinutes(1)));
        if (claim.Leaves) held = claim.Held;
        _shares[(key, me)] = (held, claim.Wanted, claim.Leaves ? now - ReplicaBudget.LongestFlight.Ticks : now + ReplicaBudget.Lease.Ticks);
        if (claim.Pause > TimeSpan.Zero) _pauses[key] = now + claim.Pause.Ticks;
        var stop = _stops.TryGetValue(key.Scope, out var until) ? until - clock.GetUtcNow() : TimeSpan.Zero;
        return new(_era, held, due, TimeSpan.FromTicks(Math.Max(0, _pauses.GetValueOrDefault(key) - now)), stop);

        int Give(int all, int mine, int mineDue, IEnumerable<(int Held, long Ends)> others, TimeSpan window)
        {
            long length = (window + guard + ReplicaBudget.LongestFlight).Ticks, age = now - _born;
            bool isQuiet = now - _back < ReplicaBudget.Lease.Ticks || (_before && age < ReplicaBudget.Lease.Ticks + length);
            int free = isQuiet ? 0 : all - mine - others.Where(o => o.Ends + length > now).Sum(o => o.Held);
            return mine + Math.Max(0, Math.Min(free, mineDue - mine));
        }
    }

    // Permits are handed out one by one, to whoever has least and wants more.
    private static int Due(int limit, int mine, IEnumerable<int> wanted, int room)
    {
        int[] all = [.. wanted];
        if (all.Sum() <= limit) return mine + (limit - all.Sum()) / room;
        int level = 0;
        while (all.Sum(w => Math.Min(w, level + 1)) <= limit) level++;
        return Math.Min(mine, level);
    }

    internal sealed class Access(SharedStore store, int me) : ISharedBudget
    {
        /// <summary>Whether this replica cannot reach it.</summary>
        public bool IsCut { get; set; }

        public int Calls { get; private set; }

        public ValueTask<SharedGrant> SyncAsync(BudgetKey key, RateLimit limit, ShareClaim claim, CancellationToken cancellation) => Reach(() =>
        {
            Calls++;
            return store.Sync(me, key, limit, claim);
        });

        public async ValueTask StopAsync(AppTenant scope, DateTimeOffset until, CancellationToken cancellation) => await Reach(() => store._stops[scope] = until);

        public ValueTask<int> BeatAsync(CancellationToken cancellation) => Reach(() =>
        {
            store._replicas.Add(me);
            return store._replicas.Count;
        });

        public async ValueTask LeaveAsync(CancellationToken cancellation) => await Reach(() => store._replicas.Remove(me));

        private ValueTask<T> Reach<T>(Func<T> ask) => IsCut ? ValueTask.FromException<T>(new IOException("The store cannot be reached.")) : new(ask());
    }
}
