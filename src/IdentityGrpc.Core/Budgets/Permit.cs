namespace IdentityGrpc.Core.Budgets;

/// <summary>
/// The right to send one call to the platform, which counts in every window that the platform could count it in: until a
/// window after its answer. The nearer to the wire its moments are told, the less of the limit stays unused.
/// </summary>
public sealed class Permit : IDisposable
{
    private BudgetGate? _gate;
    private long _sentAt;

    internal Permit(BudgetGate? gate, long grantedAt) => (_gate, _sentAt) = (gate, grantedAt);

    /// <summary>A permit that counts nowhere.</summary>
    public static Permit Free { get; } = new(null, 0);

    /// <summary>The call goes to the platform now, and was not on its way before.</summary>
    public void Sent()
    {
        if (_gate is { } gate) _sentAt = gate.Now();
    }

    /// <summary>The call's answer begins to arrive: the platform has counted it.</summary>
    public void Answered() => Interlocked.Exchange(ref _gate, null)?.Return(_sentAt);

    /// <summary>No answer is waited for any more. Of no effect after <see cref="Answered"/>; without it, the call counts as if it arrived only now.</summary>
    public void Dispose() => Interlocked.Exchange(ref _gate, null)?.Return(null);
}
