using System.Collections.Concurrent;
using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Feishu.Tests.Wire;

/// <summary>A budget that grants until told otherwise and remembers what it was told.</summary>
public sealed class RecordingBudget : IBudget
{
    public ConcurrentQueue<BudgetKey> Taken { get; } = new();

    public ConcurrentQueue<(BudgetKey Key, TimeSpan Reset)> Pauses { get; } = new();

    public ConcurrentQueue<AppTenant> Stops { get; } = new();

    /// <summary>What is answered instead of a permit.</summary>
    public Failure? Denial { get; set; }

    public ValueTask<Outcome<Permit>> TakeAsync(BudgetKey key, CallContext call)
    {
        Taken.Enqueue(key);
        return new(Denial is { } denial ? denial : (Outcome<Permit>)Permit.Free);
    }

    public TimeSpan LeastWait(BudgetKey key, Priority priority, int ahead) => TimeSpan.Zero;

    public TimeSpan NextPermit(BudgetKey key, Priority priority) => TimeSpan.Zero;

    public void Pause(BudgetKey key, TimeSpan reset) => Pauses.Enqueue((key, reset));

    public void StopForMonth(AppTenant scope) => Stops.Enqueue(scope);
}
