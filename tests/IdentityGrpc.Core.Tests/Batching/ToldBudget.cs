using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Tests.Batching;

/// <summary>A budget that keeps what it was told to expect.</summary>
internal sealed class ToldBudget(IBudget inner) : IBudget
{
    private int _expected;

    /// <summary>How many calls are expected.</summary>
    public int Expected => _expected;

    public void Expect(BudgetKey key, int calls) => Interlocked.Add(ref _expected, calls);

    public ValueTask<Outcome<Permit>> TakeAsync(BudgetKey key, CallContext call) => inner.TakeAsync(key, call);

    public TimeSpan LeastWait(BudgetKey key, Priority priority, int ahead) => inner.LeastWait(key, priority, ahead);

    public TimeSpan NextPermit(BudgetKey key, Priority priority) => inner.NextPermit(key, priority);

    public void Pause(BudgetKey key, TimeSpan reset) => inner.Pause(key, reset);

    public void StopForMonth(AppTenant scope) => inner.StopForMonth(scope);
}
