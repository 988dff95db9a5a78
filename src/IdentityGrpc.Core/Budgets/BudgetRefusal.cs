using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Budgets;

/// <summary>The ways in which a budget says no.</summary>
internal static class BudgetRefusal
{
    // A caller told to come back at once would only be refused again.
    private static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(100);

    public static Failure DeadlineCannotBeMet(TimeSpan retryAfter) =>
        Exhausted("The platform's rate limit leaves no room before the deadline.", retryAfter) with { DeadlinePassed = true };

    public static Failure QueueIsFull(TimeSpan retryAfter) =>
        Exhausted("Too many questions are waiting for the platform's rate limit.", retryAfter);

    public static Failure TooManyRefusedIds(TimeSpan retryAfter) =>
        Exhausted("Too many ids of this caller are being sorted out after the platform refused them.", retryAfter);

    public static Failure MonthIsSpent(TimeSpan retryAfter) =>
        Exhausted("The tenant's monthly quota of calls is spent (99991403); it is renewed on the first of the month.", retryAfter) with { Retryable = false, Code = 99991403 };

    private static Failure Exhausted(string message, TimeSpan retryAfter) =>
        new(FailureReason.BudgetExhausted, message) { Retryable = true, RetryAfter = retryAfter > s_least ? retryAfter : s_least };
}
