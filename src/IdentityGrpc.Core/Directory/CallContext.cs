using IdentityGrpc.Core.Budgets;

namespace IdentityGrpc.Core.Directory;

/// <summary>How urgent a question is (metadata <c>x-identity-priority</c>, design §5).</summary>
public enum Priority
{
    /// <summary>Somebody waits for it.</summary>
    Interactive,

    /// <summary>A migration or a walk: it yields to interactive calls, and keeps a guaranteed share.</summary>
    Bulk,
}

/// <summary>What travels with a question from the service's edge down to the platform.</summary>
/// <param name="Priority">How urgent it is.</param>
/// <param name="Deadline">When the asker stops listening; null: never.</param>
/// <param name="Caller">Who asks, for fair shares and caps; never personal data.</param>
/// <param name="Cancellation">Ends the asker's wait; calls that others share go on.</param>
public readonly record struct CallContext(Priority Priority, DateTimeOffset? Deadline, string Caller, CancellationToken Cancellation)
{
    /// <summary>What the call's first try spends, taken by the asker, who disposes of it; null: nothing.</summary>
    public Permit? Permit { get; init; }
}
