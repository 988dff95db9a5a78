namespace IdentityGrpc.Core.Budgets;

/// <summary>
/// The right to send one call to the platform. Dispose of it when the call has been answered, or is known never to
/// be: until then the call counts in every window that the platform could count it in.
/// </summary>
public sealed class Permit : IDisposable
{
    private readonly long _grantedAt;
    private BudgetGate? _gate;

    internal Permit(BudgetGate? gate, long grantedAt) => (_gate, _grantedAt) = (gate, grantedAt);

    /// <summary>A permit that counts nowhere.</summary>
    public static Permit Free { get; } = new(null, 0);

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _gate, null)?.Return(_grantedAt);
}
