using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Telemetry;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Core.Tests.Budgets;

/// <summary>A budget on a manual clock, and the times of its grants.</summary>
internal sealed class BudgetRig : IDisposable
{
    public static readonly AppTenant Scope = new(new("cli_test"), new("provider"), new("tenant"));
    public static readonly BudgetKey Key = new(Apis.BatchGetId, Scope);

    private readonly CoreMetrics _metrics = new();
    private readonly DateTimeOffset _start;

    public BudgetRig(BudgetOptions? options = null)
    {
        _start = Clock.GetUtcNow();
        Budget = new(options ?? new(), Clock, _metrics);
    }

    public ManualTimeProvider Clock { get; } = new();

    public LocalBudget Budget { get; }

    public TimeSpan Elapsed => Clock.GetUtcNow() - _start;

    public List<TimeSpan> Interactive { get; } = [];

    public List<TimeSpan> Bulk { get; } = [];

    public List<TimeSpan> All => [.. Interactive, .. Bulk];

    /// <summary>Takes a permit for a call that is answered at once.</summary>
    /// <returns>The refusal.</returns>
    public async Task<Failure?> TakeAsync(Priority priority = Priority.Interactive, TimeSpan? within = null, CancellationTokenSource? cancel = null)
    {
        var permit = await AskAsync(priority, within, cancel);
        permit.Value?.Dispose();
        return permit.Failure;
    }

    /// <summary>Takes a permit, which counts until it is disposed of.</summary>
    public Task<Outcome<Permit>> AskAsync(Priority priority = Priority.Interactive, TimeSpan? within = null, CancellationTokenSource? cancel = null) =>
        Budget.TakeAsync(Key, new(priority, Clock.GetUtcNow() + within, "caller", cancel?.Token ?? TestContext.Current.CancellationToken)).AsTask();

    /// <summary>Whether a permit of that key is to be had on the spot.</summary>
    public bool Grants(BudgetKey key)
    {
        if (Budget.TakeAsync(key, default).AsTask() is not { IsCompletedSuccessfully: true, Result.Value: { } permit }) return false;
        permit.Dispose();
        return true;
    }

    /// <summary>Takes permits that are granted on the spot, until one is not; tells how many were.</summary>
    public int TakeAll(Priority priority = Priority.Interactive, int most = int.MaxValue)
    {
        for (int i = 0; i < most; i++)
        {
            if (TakeAsync(priority, TimeSpan.Zero).GetAwaiter().GetResult() is not null) return i;
            (priority == Priority.Bulk ? Bulk : Interactive).Add(Elapsed);
        }
        return most;
    }

    public void Dispose()
    {
        Budget.Dispose();
        _metrics.Dispose();
    }
}
