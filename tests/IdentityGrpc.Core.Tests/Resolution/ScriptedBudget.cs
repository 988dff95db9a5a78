using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Tests.Resolution;

/// <summary>A budget that is full or not, as it is told.</summary>
internal sealed class ScriptedBudget : IBudget
{
    public bool IsFull { get; set; }

    public ValueTask<Outcome<Permit>> TakeAsync(BudgetKey key, CallContext call) => ValueTask.FromResult<Outcome<Permit>>(Permit.Free);

    public TimeSpan LeastWait(BudgetKey key, Priority priority, int ahead) => IsFull ? TimeSpan.FromMilliseconds(1) : TimeSpan.Zero;

    public TimeSpan NextPermit(BudgetKey key, Priority priority) => LeastWait(key, priority, 0);

    public void Pause(BudgetKey key, TimeSpan reset) => IsFull = true;

    public void StopForMonth(AppTenant scope) => IsFull = true;
}
