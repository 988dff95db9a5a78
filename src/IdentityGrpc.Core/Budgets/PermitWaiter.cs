using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Budgets;

/// <summary>A call that waits for its permit. Its continuations run elsewhere, so it may be completed under a lock.</summary>
internal sealed class PermitWaiter(Priority priority, long askedAt, long deadline)
    : TaskCompletionSource<Outcome<Permit>>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public Priority Priority { get; } = priority;

    /// <summary>When it began to wait, in ticks of the gate's clock.</summary>
    public long AskedAt { get; } = askedAt;

    /// <summary>When it stops being of use, in ticks of the gate's clock.</summary>
    public long Deadline { get; } = deadline;

    /// <summary>The caller's cancellation.</summary>
    public CancellationTokenRegistration Registration { get; set; }

    /// <summary>Its place in the queue.</summary>
    public LinkedListNode<PermitWaiter>? Place { get; set; }
}
